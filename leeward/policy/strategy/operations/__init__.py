"""Writes: each checks, changes, writes one line of the history and one of the trail, in one transaction."""
