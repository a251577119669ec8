"""Rules of change, of programmes and of messages: no database, no clock."""
