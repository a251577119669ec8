"""Pages of the declaration: for everybody, for nominated persons by their links, and for staff."""
