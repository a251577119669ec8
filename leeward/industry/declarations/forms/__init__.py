"""What organisations and staff type about the declaration."""
