"""Reads: the catalogue, published series, releases. Raw counts cannot be read from here."""
