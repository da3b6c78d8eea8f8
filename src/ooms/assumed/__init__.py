"""What the book assumes: inputs somebody chose, and positions that choose otherwise."""
