"""By which hashes platforms found something themselves, as far as a reader's keys open it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import open_files
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.removals.models import Match, Request, place
from leeward.victim.removals.rules.matches import FoundHash
from leeward.victim.removals.rules.reports import ItemKind


def found_hashes(
    rows: Iterable[Request], *, keyring: Keyring, by: Actor, now: datetime
) -> Mapping[int, tuple[FoundHash, ...]]:
    """The hashes of each request (by its key here) that is about what its platform found; none where nothing opens."""
    keys = [row.pk for row in rows if row.kind == ItemKind.MATCH.value]
    matches = list(Match.objects.filter(request_id__in=keys).order_by("pk")) if keys else []
    files = open_files([match.reference for match in matches], keyring, by=by, now=now) if matches else {}
    found: dict[int, tuple[FoundHash, ...]] = defaultdict(tuple)
    for match in matches:
        if (file := files.get(match.reference)) is not None:
            where = place("match", "content", match.reference)
            text = file.unseal(match.content, compartment=Compartment.PACKET, place=where)
            found[match.request_id] += (FoundHash.from_text(text),)
    return found
