"""Which keys sign the log, and from which leaf on: each change is a leaf of the log, signed by a key of before.

What such a leaf is about is a signed note of its own form, which no checkpoint is like. It names its place in the log,
so that nobody can use it at another one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from leeward.foundation.notary.errors import NoteMalformed
from leeward.foundation.notary.rules.notes import (
    SIZE,
    SignerKey,
    VerifierKey,
    find_signers,
    read_note,
    sign_text,
)

KEY_KIND = "key"
FORMAT = "leeward-log-keys:1"
SIGNS, ENDS = "signs ", "ends "


@dataclass(frozen=True, kw_only=True)
class KeyChange:
    """A change of a log's keys at leaf `number`.

    Checkpoints over more than `number` leaves are signed by `signs`. Those of `ends` are believed up to there.
    """

    origin: str
    number: int
    signs: tuple[VerifierKey, ...]
    ends: tuple[VerifierKey, ...] = ()

    @property
    def name(self) -> str:
        """What the leaf is called."""
        return f"from leaf {self.number}"

    @property
    def text(self) -> str:
        """The text that is signed."""
        keys = [*(SIGNS + key.text for key in self.signs), *(ENDS + key.text for key in self.ends)]
        return "".join(f"{line}\n" for line in (FORMAT, self.origin, str(self.number), *keys))

    def sign(self, signers: Sequence[SignerKey]) -> bytes:
        """Return the bytes that the leaf is about."""
        return sign_text(self.text, signers).encode()

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read what a leaf is about, whoever signed it. Raises NoteMalformed."""
        try:
            text, _signatures = read_note(content.decode())
        except UnicodeDecodeError as error:
            raise NoteMalformed("A change of keys is not text.") from error
        form, origin, number, *lines = [*text.splitlines(), "", "", ""]
        keys = [line for line in lines if line]
        if form != FORMAT or not SIZE.fullmatch(number):
            raise NoteMalformed("A change of keys is not in the form of this log.")
        change = cls(
            origin=origin,
            number=int(number),
            signs=tuple(VerifierKey.read(line.removeprefix(SIGNS)) for line in keys if line.startswith(SIGNS)),
            ends=tuple(VerifierKey.read(line.removeprefix(ENDS)) for line in keys if line.startswith(ENDS)),
        )
        if change.text != text or any(key.name != origin for key in (*change.signs, *change.ends)):
            raise NoteMalformed("A change of keys is not in the form of this log.")
        return change


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A change of keys with the note that signs it."""

    change: KeyChange
    note: str


def follow_keys(changes: Sequence[Signed], *, trusted: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
    """Return the keys to believe after these changes, for somebody who trusted some before.

    A new key counts where a key that was trusted up to there has signed for it. An end counts whoever signed.
    Raises SignatureRefused for a wrong signature by a trusted key.
    """
    believed = dict.fromkeys(trusted)
    for each in changes:
        is_vouched_for = bool(find_signers(each.note, tuple(believed)))
        for key in each.change.ends:
            believed.pop(key, None)
        if is_vouched_for:
            believed |= dict.fromkeys(each.change.signs)
    return tuple(believed)


def ends_of(changes: Sequence[Signed]) -> Mapping[VerifierKey, int | None]:
    """Return every key that these changes name, with the largest size for which it counts; None while it has no end."""
    ends: dict[VerifierKey, int | None] = {}
    for each in changes:
        for key in each.change.signs:
            ends.setdefault(key, None)
        for key in each.change.ends:
            if ends.get(key) is None:
                ends[key] = each.change.number
    return ends
