"""What everybody, authorities and analysts see and press."""
