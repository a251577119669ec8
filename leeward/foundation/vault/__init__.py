"""Access codes and the sealed boxes that only they open (V2)."""
