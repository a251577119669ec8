"""What holds the house up and knows nothing of its mission."""
