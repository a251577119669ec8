"""What may be counted, printed and compared: pure decisions."""
