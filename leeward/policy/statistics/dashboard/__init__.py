"""How the country is doing, for everybody: the overview, the charts, their sentences and their questions.

Everything here is made of published series, so of numbers that passed the protection. Other apps register what they
wish to show (see `tiles.register`), so that the statistics need not know them.
"""
