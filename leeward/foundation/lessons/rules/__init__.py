"""What a lesson is, how its file is read, and how it is played. No database, no clock, no Django."""
