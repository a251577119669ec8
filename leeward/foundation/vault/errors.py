"""Errors of access codes and sealed boxes."""

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


class SealRefused(VaultError, ValueError):
    """Something that may not be sealed or kept as it is: the message says what, and what to do instead."""


class KeyMalformed(VaultError):
    """A text or a run of bytes is not a key of ours."""

    def __init__(self) -> None:
        super().__init__("This is not a key as Leeward writes it. Restore the file or the row from a backup.")


class NotGranted(VaultError):
    """No grant opens this to these keys: absent, expired, withdrawn and never given are one answer."""

    def __init__(self) -> None:
        super().__init__("None of these keys has been granted this. Ask a team that holds it for a grant.")


class CompartmentClosed(VaultError):
    """The file is open, but not this compartment, or not in the generation that was asked for."""

    def __init__(self, compartment: str) -> None:
        self.compartment = compartment
        super().__init__(f"The compartment {compartment!r} is closed to these keys. Its grants decide, not the role.")


class FileTaken(VaultError):
    """A file has keys for one of these compartments already. Open it instead."""

    def __init__(self) -> None:
        super().__init__("This file has keys for this compartment already. Open it, or choose a new random reference.")


class WrapMalformed(VaultError):
    """A wrap or mark that was made in a browser has not the form of ours. Nothing was kept."""

    def __init__(self) -> None:
        super().__init__("This wrap, or its mark, has not the form of ours. Nothing was kept. Seal the file again.")


class PublicKeySwapped(VaultError):
    """A public key in the database is not the one that was vouched for. Nothing is wrapped to it."""

    def __init__(self) -> None:
        super().__init__(
            "A public key in the database is not the one that was let in. Nothing was wrapped to it. "
            "Remove that holder, find out who changed the row, and let the right one join again."
        )


class TeamUnknown(VaultError):
    """No team of this name has been founded."""

    def __init__(self, team: str) -> None:
        super().__init__(f"There is no team {team!r}. Found it first.")


class TeamClosed(VaultError):
    """None of the keys at hand opens this team's key."""

    def __init__(self, team: str) -> None:
        super().__init__(f"None of these keys opens the team {team!r}. A member who has unlocked can let someone join.")


class LastHolder(VaultError):
    """Nobody else could open the team's key any more."""

    def __init__(self, team: str) -> None:
        super().__init__(f"Nobody else holds the key of the team {team!r}. Let someone else join first.")


class FoundingKeyMissing(VaultError):
    """A team waits for its first member, but the founding key's file is gone."""

    def __init__(self) -> None:
        super().__init__(
            "The founding key's file (LEEWARD_FOUNDING_KEY) is missing or is another one. Restore it from a backup, "
            "or recover the team with two custodians: `leeward recover-team`."
        )


class ServiceUnknown(VaultError):
    """The service has no key pair yet."""

    def __init__(self, service: str) -> None:
        super().__init__(f"The service {service!r} has no keys yet. Run `leeward found` first.")


class ServiceKeyMissing(VaultError):
    """The private half of a service's key is not on this machine."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"The private key of the service {service!r} is not in LEEWARD_SERVICE_KEYS, or is another one. "
            "Only the worker's own folder holds it; restore it from a backup."
        )


class ServiceKeyInUse(VaultError):
    """Something is still sealed to an older key of the service, so its private half must stay."""

    def __init__(self, service: str, *, left: int) -> None:
        self.left = left
        super().__init__(
            f"{left} sealed texts or grants still need an older key of the service {service!r}, so it stays. "
            f"Run `leeward rotate-service-key {service}` on the worker's machine, which seals them to the new one."
        )


class WrongSecret(VaultError):
    """Wrong secret, no such slot and nobody of that name are one answer."""

    def __init__(self) -> None:
        super().__init__("This secret unlocks nothing. Compare it with what was noted, and try again.")


class UserKeyTaken(VaultError):
    """This person has a key already."""

    def __init__(self) -> None:
        super().__init__("This person has a key already. Replace it, after which a colleague must let them join again.")


class UserKeyUnknown(VaultError):
    """This person has no key yet."""

    def __init__(self) -> None:
        super().__init__("This person has no key yet. It is made when they first choose a passphrase.")


class LastSlot(VaultError):
    """Without this slot nothing would unlock the key."""

    def __init__(self) -> None:
        super().__init__("Nothing else unlocks this key. Add another slot first.")


class HoldingUnknown(VaultError):
    """This key has no holding."""

    def __init__(self) -> None:
        super().__init__("Nothing is kept under this key. It was erased, or its time is over.")


class HoldingTaken(VaultError):
    """This key has a holding already."""

    def __init__(self) -> None:
        super().__init__("Something is kept under this key already. Change it instead.")


class CustodyRefused(VaultError):
    """The custodians' files do not give the recovery key; the message says why."""
