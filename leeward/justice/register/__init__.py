"""The restricted register: off until a law allows it, checked by two agencies, browsed by nobody (C1)."""
