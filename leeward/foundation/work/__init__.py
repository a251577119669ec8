"""What everybody who works here works with: lists, and the way from an item to the next one of its list."""
