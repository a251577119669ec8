"""Reads of outcomes."""
