"""What those who lead the helpline see and press."""
