"""What the people of the helpline see and press."""
