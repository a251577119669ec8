"""Pages for everybody, and the room in which they are written."""
