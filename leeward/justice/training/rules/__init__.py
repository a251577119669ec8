"""What is decided of training: terms, the refresher clock, lines of files. No database, no clock, no Django."""
