"""Fetches addresses that strangers wrote, so that nothing behind our own walls can be reached (V2)."""
