"""Reads: the catalogue, what was printed, releases. Raw counts cannot be read from here."""
