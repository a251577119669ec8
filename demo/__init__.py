"""The demonstration, which comes with the repository and in no package: a made-up nation, and its partner platforms.

The platforms are processes that know nothing of Leeward but its public exchange. Everything lies in the data folder, so
that removing it starts afresh.
"""
