"""Writes: bodies, rounds and their steps, scores, evidence, and workbooks that come back."""
