"""Pages about change, programmes and referrals."""
