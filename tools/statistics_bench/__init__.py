"""Measures how the statistics grow with the number of things that happened."""
