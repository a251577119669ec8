"""What may be typed and chosen: by the person, by the desk, by a platform's people."""
