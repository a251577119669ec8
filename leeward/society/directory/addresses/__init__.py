"""The addresses of the directory, by whom they are for."""
