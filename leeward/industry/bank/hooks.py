"""What the bank does for rooms that know nothing of it: it looks whether a picture is one that somebody protects."""

from collections.abc import Collection
from itertools import batched

from django.db.models import Q

from leeward.foundation.pages.providers import PictureCheck
from leeward.industry.bank.models import Entry
from leeward.industry.bank.queries import feed_end
from leeward.industry.bank.rules import DenyList, EntryStatus, HashType, picture_marks

ROWS_AT_ONCE = 10_000
DIGESTS = (HashType.MD5, HashType.SHA256)


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


PICTURE_CHECK = PictureCheck(marks=picture_marks, upto=upto, is_refused=is_protected)
