"""The bank of hashes: submissions, entries, answers, withdrawals (V2, I2, I3)."""
