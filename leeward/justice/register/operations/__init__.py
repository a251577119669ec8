"""What changes about the register."""
