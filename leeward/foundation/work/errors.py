"""What a list and a batch refuse."""


class WorkError(Exception):
    """The family of these errors."""


class CursorUnknown(WorkError):
    """A place in a list that no page of it has given."""


class BatchUnknown(WorkError):
    """There is no such batch of this person, or its day is over."""


class ViewsFull(WorkError):
    """Somebody keeps as many views of this list as one may."""
