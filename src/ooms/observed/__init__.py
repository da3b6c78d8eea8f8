"""What was measured: the tables of ``data/``, checked, and what they say by themselves."""
