"""What is read about programmes, referrals and messages."""
