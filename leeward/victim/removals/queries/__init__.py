"""Reads of the removal desk: the desk's lists, one report opened, a platform's own requests."""
