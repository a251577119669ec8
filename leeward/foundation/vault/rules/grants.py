"""Who may hold a key: compartments, grantees and private keys, and a ring of those that are unlocked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Compartment(StrEnum):
    """The parts of a file that are opened apart from each other."""

    CONTACT = "contact"  # names, safe ways to reach her, identity
    STORY = "story"  # account, messages, safety plan: shared with the person
    CASEWORK = "casework"  # staff's notes and judgements
    EVIDENCE = "evidence"  # addresses, accounts, captures
    PACKET = "packet"  # what one notice carries to a platform


class GranteeKind(StrEnum):
    """Whose key a wrap is for. A compartment is never granted to a user: people come and go, teams stay."""

    TEAM = "team"
    VICTIM = "victim"
    SERVICE = "service"
    LINK = "link"
    RECOVERY = "recovery"
    USER = "user"
    API_KEY = "api_key"
    FOUNDING = "founding"


GRANTABLE = frozenset(
    {GranteeKind.TEAM, GranteeKind.VICTIM, GranteeKind.SERVICE, GranteeKind.LINK, GranteeKind.RECOVERY}
)
TEAM_HOLDERS = frozenset(
    {GranteeKind.USER, GranteeKind.API_KEY, GranteeKind.LINK, GranteeKind.FOUNDING, GranteeKind.RECOVERY}
)


class Service(StrEnum):
    """Services that run while nobody is unlocked. Each opens only what is sealed to it."""

    COURIER = "courier"  # one parcel, until it is delivered
    MONITOR = "monitor"  # an address to look at again, and its clock
    NOTIFIER = "notifier"  # a safe address, its hours and its language
    TELLER = "teller"  # the answers of a survey that is over
    FORWARDER = "forwarder"  # what a member of the network gets once it is their turn


@dataclass(frozen=True, kw_only=True)
class Grantee:
    """The public half of a key and whose it is. `public_key`: 32 raw X25519 bytes."""

    kind: GranteeKind
    id: str
    generation: int
    public_key: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class PrivateKey:
    """A whole key. It is never written anywhere unsealed, and never shown."""

    grantee: Grantee
    private: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who can open one compartment of a file now, in whichever generations of whichever key of theirs.

    `until`: None where no clock ends it.
    """

    file: UUID
    compartment: Compartment
    kind: GranteeKind
    id: str
    since: datetime
    until: datetime | None
    reason: str


type KeyName = tuple[GranteeKind, str, int]


class Keyring:
    """Unlocked keys, in memory only, for as long as one request or one sweep lasts.

    What has been unwrapped once is remembered, so that opening a file again costs nothing but AES.
    """

    def __init__(self, *keys: PrivateKey) -> None:
        self._keys: dict[KeyName, PrivateKey] = {}
        self.unwrapped: dict[bytes, bytes] = {}
        for key in keys:
            self.add(key)

    def __repr__(self) -> str:
        return f"Keyring({len(self._keys)} keys)"

    def __iter__(self) -> Iterator[PrivateKey]:
        return iter(tuple(self._keys.values()))

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: PrivateKey) -> None:
        """Put one more key on the ring."""
        self._keys[key.grantee.kind, key.grantee.id, key.grantee.generation] = key

    def find(self, kind: GranteeKind, id: str, generation: int) -> PrivateKey | None:  # noqa: A002
        """The key of this name, where it is on the ring."""
        return self._keys.get((kind, id, generation))

    @property
    def teams(self) -> frozenset[str]:
        """The teams whose key is on the ring, in whichever generation."""
        return frozenset(name for kind, name, _ in self._keys if kind is GranteeKind.TEAM)
