"""Pages about how the country is doing: for everybody, for other sites, and for staff."""
