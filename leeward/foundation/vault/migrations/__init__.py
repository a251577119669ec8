"""The tables of access codes, step by step."""
