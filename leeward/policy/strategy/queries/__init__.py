"""Reads: the map, the forum, the plan, the registers and their history, for staff and for everybody."""
