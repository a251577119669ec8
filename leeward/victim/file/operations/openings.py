"""The days on which teams of ours opened her file: counted by team, never by name or hour, and erased with the file."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.victim.file.models import File, Opening
from leeward.victim.file.rules.circle import PHONE, hidden_team


def note_opening(*files: uuid.UUID, team: str, by: Actor, now: datetime) -> None:
    """Count today for each file, once a team; what she opens herself is nobody's business.

    In the transaction that writes the audit line. Who types for her opens with her code and belongs to no team here.
    """
    if by.kind is ActorKind.TYPIST:
        team = PHONE
    elif by.kind not in (ActorKind.STAFF, ActorKind.MEMBER):
        return
    today = local_day(now)
    rows = Opening.objects.filter(file__reference__in=files, team=team)
    last = dict(rows.values_list("file__reference", "last_on"))
    if any(day < today for day in last.values()):
        rows.filter(last_on__lt=today).update(last_on=today, days=F("days") + 1)
    if missing := set(files) - last.keys():
        _begin(missing, team=team, now=now)


def show_openings(file: uuid.UUID, *, team: str) -> None:
    """Let the days on which a team opened a file be counted among those that the person sees. Safe to repeat."""
    hidden = Opening.objects.filter(file__reference=file, team=hidden_team(team)).first()
    if hidden is None:
        return
    seen = Opening.objects.filter(file=hidden.file, team=team).first()
    if seen is not None:
        hidden.first_on, hidden.last_on = min(hidden.first_on, seen.first_on), max(hidden.last_on, seen.last_on)
        hidden.days = min(hidden.days + seen.days, (hidden.last_on - hidden.first_on).days + 1)
        seen.delete()
    hidden.team = team
    hidden.save()


def _begin(files: Collection[uuid.UUID], *, team: str, now: datetime) -> None:
    today = local_day(now)
    keys = File.objects.filter(reference__in=files).values_list("pk", flat=True)
    new = [Opening(file_id=key, team=team, first_on=today, last_on=today, days=1) for key in keys]
    Opening.objects.bulk_create(new, ignore_conflicts=True)  # two at once count one day
