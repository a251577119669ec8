"""The pages of the directory's editors."""
