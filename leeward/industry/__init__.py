"""The wing for platforms: the bank of hashes and the exchange they draw it from."""
