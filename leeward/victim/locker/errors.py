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


class ReceiverRefused(LockerError):
    """An entry goes only to whoever helps its person now and could read it. `team` names the other one."""

    def __init__(self, team: str) -> None:
        self.team = team
        super().__init__(f"{team} does not help this person now, or nobody there can read. Choose somebody else.")


class TooManyLooks(LockerError):
    """A service has opened one entry as often as it may on one day: each look is a line of the entry's chain."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        super().__init__(f"An entry is opened {most} times a day at most. Open it again tomorrow.")


class CustodyBroken(LockerError):
    """A chain of custody is not whole. `number` names the event at which it breaks, the first being 1."""

    def __init__(self, number: int, why: str) -> None:
        self.number = number
        super().__init__(f"The chain of custody breaks at event {number}: {why}.")


class PieceMissing(LockerError):
    """A piece of a file is not there: it was never sent, or its file was erased."""

    def __init__(self) -> None:
        super().__init__("This piece of the file is not here. Send it, or the whole file, again.")


class StoreMismatch(LockerError):
    """This process does not see the one store of pieces. The message is for operators."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} Let LEEWARD_LOCKER_PIECES name the one folder that web, workers and back-up share, mount it, or "
            "restore it: docs/operating, The locker's store."
        )


class CountDiffers(LockerError):
    """Another number of unnamed files lies in the store than the operator has read. `found` says how many."""

    def __init__(self, found: int) -> None:
        self.found = found
        super().__init__(
            f"There are {found} files in the locker's store that the database does not name. Nothing was deleted. "
            "Run `leeward check`, and name the number that it says."
        )


class NoRoom(LockerError):
    """The files of a locker would be more than the nation allows. `most_bytes` says how much."""

    def __init__(self, *, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        super().__init__(f"All files of a locker have {most_bytes} bytes at most. Erase one that is not needed.")


class AnnouncementRefused(LockerError):
    """What a device announces of a file is not what a device of ours would. `what` says why."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} Load the page again.")


class PieceRefused(LockerError):
    """A piece came out of order, changed, or is of another file. `part` and `piece` (from 1) name the one wanted."""

    def __init__(self, *, part: str, piece: int) -> None:
        self.part, self.piece = part, piece
        super().__init__(f"Send piece {piece} of the {part}, as it was announced.")


class SendingUnknown(LockerError):
    """No such file was begun, or it was not finished within a day."""

    def __init__(self) -> None:
        super().__init__("No such file was begun here, or its day is over. Send it from the beginning.")


class FileUnknown(LockerError):
    """There is no such file under this entry, or it is not here whole."""

    def __init__(self) -> None:
        super().__init__("There is no such file. It was erased, or it was never sent to its end.")


class WitnessUnknown(LockerError):
    """What we saw at an address that a person chose is not there any more."""

    def __init__(self) -> None:
        super().__init__("What we saw at this address is not there any more. Choose again what goes along.")


class FileLost(LockerError):
    """The key of a file never opened: whoever sent it has to add it again."""

    def __init__(self) -> None:
        super().__init__("This file was not locked properly, and nobody can open it. Add it again.")
