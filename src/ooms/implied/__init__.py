"""What follows from the assumptions: models over draws, and the results they give."""
