"""One page on which anybody checks what this installation signed or published, and the documents that machines need."""
