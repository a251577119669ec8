"""The wing for people who are harmed."""
