"""What changes about programmes, referrals and messages."""
