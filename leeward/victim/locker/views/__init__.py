"""Pages of the locker."""
