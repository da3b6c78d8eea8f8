"""The Sphinx extension: pages from records."""
