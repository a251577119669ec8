"""Hashing on the person's own device, and her view of each platform's answer (V2)."""
