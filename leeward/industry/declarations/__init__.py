"""The national declaration, who has signed it and keeps it, and how platforms' policies measure up (I5, I1, I2)."""
