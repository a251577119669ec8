"""Pages of the strategy, for the secretariat and for everybody."""
