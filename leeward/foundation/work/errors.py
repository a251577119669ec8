"""What a list refuses."""


class WorkError(Exception):
    """The family of these errors."""


class CursorUnknown(WorkError):
    """A place in a list that no page of it has given."""
