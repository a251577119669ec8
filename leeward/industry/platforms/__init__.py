"""The companies that draw hashes, and their keys (I2, I3)."""
