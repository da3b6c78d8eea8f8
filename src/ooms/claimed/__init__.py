"""What the sources say, and whether it follows."""
