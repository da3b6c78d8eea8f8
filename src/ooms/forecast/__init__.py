"""What is said of dates to come: questions, positions, their register and their scores."""
