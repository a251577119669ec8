"""What the network's secretary sees and presses."""
