"""What is stamped, the tree over it, and what an authority's token says. No database, no clock."""
