"""Everything that is read from the directory."""
