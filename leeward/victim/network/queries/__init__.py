"""What the network tells: members and their room, referrals and where they stand."""
