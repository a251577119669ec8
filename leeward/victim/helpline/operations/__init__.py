"""What she and the helpline do with a case."""
