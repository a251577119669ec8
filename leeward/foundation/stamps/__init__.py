"""Stamps: strangers can see that something existed at an hour, and neither what it was nor how much there was."""
