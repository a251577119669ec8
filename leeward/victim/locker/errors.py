"""Refusals of the locker."""


class LockerError(Exception):
    """The family of errors that this app raises."""


class LockerUnknown(LockerError):
    """There is no locker under this code: never begun, erased, or its time is over."""

    def __init__(self) -> None:
        super().__init__("There is no locker under this code. Begin one, or look whether its time is over.")


class ItemUnknown(LockerError):
    """There is no such entry, or it is somebody else's: the two are one answer."""

    def __init__(self) -> None:
        super().__init__("There is no such entry. It was erased, or it stands in another locker.")


class LockerFull(LockerError):
    """The locker has as many entries, or an entry as many versions, as the nation allows. `most` says how many."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        super().__init__(f"No more than {most} are kept. Erase what is not needed any more.")


class EndRefused(LockerError):
    """An entry is shown until a day that is neither past nor more than a year away."""

    def __init__(self) -> None:
        super().__init__(
            "An entry is shown until the end of today at least, and for a year at most. Choose another day."
        )


class CustodyBroken(LockerError):
    """A chain of custody is not whole. `number` names the event at which it breaks, the first being 1."""

    def __init__(self, number: int, why: str) -> None:
        self.number = number
        super().__init__(f"The chain of custody breaks at event {number}: {why}.")


class PieceMissing(LockerError):
    """A piece of a file is not there: it was never sent, or its file was erased."""

    def __init__(self) -> None:
        super().__init__("This piece of the file is not here. Send it, or the whole file, again.")
