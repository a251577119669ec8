"""Counts what is limited (tries, calls, turns), for all processes together; nothing here says of whom or what."""
