"""A tiny project of its own."""
