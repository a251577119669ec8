"""What notices, answers and appeals say, as far as a reader's keys open it: hashes, what was sent, reasons."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import OpenFile, open_files
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.removals.models import Decision, Match, Notice, Request
from leeward.victim.removals.rules.decisions import Answer, Reasons
from leeward.victim.removals.rules.matches import FoundHash
from leeward.victim.removals.rules.notices import UNREAD, NoticeContent
from leeward.victim.removals.rules.reports import ItemKind


def found_hashes(
    rows: Iterable[Request], *, keyring: Keyring, by: Actor, now: datetime
) -> Mapping[int, tuple[FoundHash, ...]]:
    """Return the hashes by which platforms found items, by the request's key; empty where nothing opens."""
    keys = [row.pk for row in rows if row.kind == ItemKind.MATCH]
    matches = list(Match.objects.filter(request_id__in=keys).order_by("pk")) if keys else []
    files = open_files([match.reference for match in matches], keyring, by=by, now=now) if matches else {}
    found: dict[int, tuple[FoundHash, ...]] = defaultdict(tuple)
    for match in matches:
        if text := match.peek(files.get(match.reference), "content"):
            found[match.request_id] += (FoundHash.from_text(text),)
    return found


def read_content(row: Notice, packet: OpenFile | None) -> NoticeContent:
    """What was sent, as it was kept; UNREAD where the packet does not open."""
    text = row.peek(packet, "content")
    return NoticeContent.from_text(text) if text else UNREAD


def read_answer(row: Decision, packet: OpenFile | None) -> Answer:
    """A decision as it was given; without its words where the packet does not open."""
    text = row.peek(packet, "words")
    reasons = Reasons(
        **(json.loads(text) if text else {}),
        ground=row.ground,
        refusal=row.refusal,
        automated_detection=row.automated_detection,
        automated_decision=row.automated_decision,
    )
    return Answer(outcome=row.outcome, reasons=reasons)
