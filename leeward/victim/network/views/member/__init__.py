"""What people who work at a member see and press."""
