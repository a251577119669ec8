"""Three made-up platforms, each a program of its own."""
