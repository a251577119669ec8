"""Writes of outcomes."""
