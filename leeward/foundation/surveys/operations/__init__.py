"""What is done with surveys: drafted, permitted, answered, emptied, printed, published."""
