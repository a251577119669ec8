"""Writes of the removal desk, by whom they are for: the person, the desk, the platform, the monitor."""
