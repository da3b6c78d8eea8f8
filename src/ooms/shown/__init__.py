"""What a reader sees: frames, charts and sliders. No number is made here."""
