"""What is done to finished pages: addresses, citations, checks, weight."""
