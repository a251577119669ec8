"""The demonstration's partner platforms: separate processes that know nothing of Leeward but its public exchange."""
