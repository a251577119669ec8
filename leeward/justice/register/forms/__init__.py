"""What may be typed of the register."""
