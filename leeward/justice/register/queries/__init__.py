"""What may be read of the register, and by whom."""
