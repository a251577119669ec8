"""Access codes and the keys that only they open (V2)."""
