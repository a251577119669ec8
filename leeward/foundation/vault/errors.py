"""What can go wrong with an access code or a sealed box, by name."""

from enum import StrEnum


class VaultError(Exception):
    """The family of errors that this app raises."""


class MistypedReason(StrEnum):
    """Why a typed code cannot be one of ours; nothing has been looked up and no try is spent."""

    EMPTY = "empty"
    STRANGE_CHARACTER = "strange_character"
    TOO_FEW_DIGITS = "too_few_digits"
    TOO_MANY_DIGITS = "too_many_digits"
    WRONG_GROUP = "wrong_group"
    SWAPPED_GROUPS = "swapped_groups"
    SEVERAL_MISTAKES = "several_mistakes"


class CodeMistyped(VaultError):
    """The digits are not those of any code: a typing slip. Look at `groups` (1 to 6) first, where any are named."""

    def __init__(self, reason: MistypedReason, *, groups: tuple[int, ...] = (), digits: int = 0) -> None:
        self.reason = reason
        self.groups = groups
        self.digits = digits
        where = f" Look at group {groups[0]} first." if groups else ""
        super().__init__(f"The access code is mistyped ({reason.value}).{where} Compare it with the printed one.")


class CodeRefused(VaultError):
    """Wrong, unknown or waiting: the three are one answer, so that nobody learns which codes exist."""

    def __init__(self) -> None:
        super().__init__("This access code opens nothing now. Compare it with the printed one, or wait and try again.")


class CodeTaken(VaultError):
    """Another code already has this look-up number. Draw a new code."""

    def __init__(self) -> None:
        super().__init__("This access code's first two groups are taken. Draw a new code.")


class TooManyAtOnce(VaultError):
    """All places for slow hashing are busy. Try again after `retry_after_seconds`."""

    retry_after_seconds = 3

    def __init__(self) -> None:
        super().__init__(f"The server is busy. Try again in {self.retry_after_seconds} seconds.")


class TooManyTries(VaultError):
    """One network has tried too often. Try again after `retry_after_seconds`."""

    def __init__(self, *, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(f"Too many tries from this network. Try again in {retry_after_seconds} seconds.")


class SealBroken(VaultError):
    """A sealed box does not open: it was changed, moved to another place, or sealed with another key."""

    def __init__(self) -> None:
        super().__init__("The sealed text does not open here. It was changed, moved or sealed with another key.")
