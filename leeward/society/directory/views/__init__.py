"""The pages of the directory, by whom they are for."""
