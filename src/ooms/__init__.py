"""The argument: assumptions, models, claims, tables and charts of "Counting the OOMs"."""
