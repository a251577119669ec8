"""What staff type about the strategy."""
