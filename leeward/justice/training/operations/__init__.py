"""What changes what the room keeps of training: one write each, in one transaction."""
