"""What the bank does for rooms that know nothing of it: it looks whether a picture is one that somebody protects."""

import hashlib
from collections.abc import Collection
from itertools import batched

from django.db.models import Q
from hashmatch.variants import MINIMUM_QUALITY

from leeward.foundation.pages.providers import NotComparable, PictureCheck
from leeward.industry.bank.models import Entry
from leeward.industry.bank.queries import feed_end
from leeward.industry.bank.rules import DenyList, EntryStatus, HashType, is_plain

ROWS_AT_ONCE = 10_000
DIGESTS = (HashType.MD5, HashType.SHA256)


def marks(content: bytes) -> Collection[str]:
    """The digests of a file and the PDQ hash of each of its views, each with its type. Raises NotComparable."""
    # Its kernels are compiled when it is loaded, which only the process that looks at a picture needs.
    from hashmatch.errors import HashmatchError  # noqa: PLC0415
    from hashmatch.pdq import hash_views  # noqa: PLC0415

    try:
        found = hash_views(content)
    except HashmatchError as error:
        raise NotComparable from error
    main = found.pdq
    if found.note is not None or main.quality < MINIMUM_QUALITY or is_plain(main.hash.hex):
        raise NotComparable
    seen = [main, *(one for one in found.others if one.is_usable)]
    return [
        f"{HashType.SHA256}:{hashlib.sha256(content).hexdigest()}",
        f"{HashType.MD5}:{hashlib.md5(content, usedforsecurity=False).hexdigest()}",
        *(f"{HashType.PDQ}:{one.hash.hex}" for one in seen),
    ]


def upto() -> str:
    """The last place of the list."""
    end = feed_end()
    return f"{end.epoch} {end.sequence}"


def is_protected(known_by: Collection[str], since: str) -> bool:
    """Whether an active hash is one of these digests, or near to one of these PDQ hashes: of those after a place."""
    asked = [(HashType(kind), value) for kind, _colon, value in (each.partition(":") for each in known_by)]
    entries = Entry.objects.filter(status=EntryStatus.ACTIVE.value)
    epoch, _space, place = since.partition(" ")
    if since and epoch == feed_end().epoch:
        entries = entries.filter(sequence__gt=int(place))
    digests = Q()
    for kind, value in asked:
        if kind in DIGESTS:
            digests |= Q(hash_type=kind.value, value=value)
    if digests and entries.filter(digests).exists():
        return True
    pdq = [each for each in asked if each[0] is HashType.PDQ]
    values = entries.filter(hash_type=HashType.PDQ.value).values_list("value", flat=True).iterator(ROWS_AT_ONCE)
    return any(DenyList((HashType.PDQ, value) for value in part).denied(pdq) for part in batched(values, ROWS_AT_ONCE))


PICTURE_CHECK = PictureCheck(marks=marks, upto=upto, is_refused=is_protected)
