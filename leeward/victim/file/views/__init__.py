"""Her pages about her file itself."""
