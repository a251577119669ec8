"""Reads of the locker."""
