"""Pages of platforms: the workplace of their people, and the link for those without an account."""
