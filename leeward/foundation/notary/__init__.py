"""A public, append-only log of the digests of everything that is published, which anybody can check."""
