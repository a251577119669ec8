"""How the nation does, for everybody: which charts there are, what they say, and where they stand.

Everything here is made of series that were printed, so of numbers that passed the protection. What other apps of this
floor wish to show is registered (see `tiles.register`): they look at the statistics, and not the other way round.
"""
