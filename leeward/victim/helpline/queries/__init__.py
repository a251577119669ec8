"""What the helpline reads."""
