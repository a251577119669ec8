"""Leeward: a nation's response to intimate image abuse."""
