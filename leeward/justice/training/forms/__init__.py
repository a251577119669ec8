"""What may come in from a person."""
