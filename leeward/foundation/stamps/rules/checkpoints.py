"""What a stamping authority has said of a public log: the tokens of its checkpoints, checked by a stranger."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509

from leeward.foundation.notary.errors import FileUnreachable, NoteMalformed
from leeward.foundation.notary.rules.days import Token
from leeward.foundation.notary.rules.notes import SIZE
from leeward.foundation.notary.rules.verifying import Fetch, Verified
from leeward.foundation.stamps.errors import TokenRefused
from leeward.foundation.stamps.rules.authorities import verify

STAMPS = "stamps"


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """The tokens that hold, and the sizes of the checkpoints whose tokens do not."""

    held: tuple[Token, ...] = ()
    refused: tuple[int, ...] = ()


def list_stamps(fetch: Fetch, *, size: int) -> tuple[int, ...]:
    """Return the sizes of the stamped checkpoints of a log of so many leaves. Raises NoteMalformed."""
    try:
        lines = fetch(STAMPS).decode("ascii", "replace").split()
    except FileUnreachable:  # a log of an earlier release has none
        return ()
    if not all(map(SIZE.fullmatch, lines)):
        raise NoteMalformed("The list of stamped checkpoints cannot be read: it has a size on each line.")
    return tuple(found for found in sorted(map(int, lines)) if found <= size)  # one may have come meanwhile


def read_tokens(
    found: Verified, sizes: Sequence[int], *, fetch: Fetch, certificates: Sequence[x509.Certificate]
) -> Tokens:
    """Check the token of each of these checkpoints against the log's own leaves."""
    held, refused = list[Token](), list[int]()
    for size in sizes:
        try:
            token = fetch(f"{STAMPS}/{size}.tsr")
            stamped = verify(token, root=found.checkpoint_at(size).text.encode(), certificates=certificates)
        except (FileUnreachable, TokenRefused):
            refused.append(size)
        else:
            held.append(Token(size=size, at=stamped.at))
    return Tokens(held=tuple(held), refused=tuple(refused))
