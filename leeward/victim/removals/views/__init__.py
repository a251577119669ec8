"""Pages of the removal desk: the person's, the desk's and the platforms'."""
