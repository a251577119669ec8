"""Whether this machine's clock may be believed by what deletes for good (answers no capability of its own)."""
