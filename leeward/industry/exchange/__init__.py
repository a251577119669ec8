"""The two doors through which platforms draw hashes and answer (I2, I3)."""
