"""Frames for charts and tables: arrays of draws turned into the few columns they show."""
