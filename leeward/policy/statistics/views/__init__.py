"""Pages about how the nation does: for everybody, for other sites, and for staff."""
