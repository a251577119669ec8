"""What people type and choose at the helpline."""
