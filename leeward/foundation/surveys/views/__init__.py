"""Pages of surveys: for everybody, and for officers."""
