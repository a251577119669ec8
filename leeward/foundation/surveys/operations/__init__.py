"""What is done with surveys: laid down, permitted, answered, emptied, printed, published."""
