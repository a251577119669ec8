"""One way to edit an entry, for all rooms: what is refused and in which words, checked values, and fields of forms."""
