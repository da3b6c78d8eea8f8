"""Charts as they stand on a page: drawings at two widths, their numbers, their controls."""
