"""What the nation publishes and how anybody checks it: the pages of the public log."""
