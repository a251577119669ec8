"""The removal desk: one report, every platform, every clock, and the answer (V2, V5, I1, I2)."""
