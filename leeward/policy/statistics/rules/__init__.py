"""What may be counted, published and compared: pure decisions."""
