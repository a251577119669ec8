"""Signals as the team's keys open them: of one case, and those at which nobody has looked yet."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import NamedTuple

from django.db.models import QuerySet

from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.operations import blind_index, open_files, open_for_team
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.helpline.models import Listener, Signal
from leeward.victim.helpline.queries.cases import LEADS, LIAISON, TEAM
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.signals import ListenerAsked, SignalKind

PURPOSE = "helpline/signal"
# A programme lasts half a year; who begins to listen later hears what was told in it.
KEPT = timedelta(days=400)
AT_ONCE = 200


class Listens(NamedTuple):
    """A case that listens, who asked for it, and which of its tokens it is, in the order in which they were entered."""

    case: uuid.UUID
    asked: ListenerAsked
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class SignalView:
    """What was told, when, of which case and token, until when somebody looks, and whether somebody has."""

    kind: SignalKind
    at: datetime
    case: uuid.UUID
    asked: ListenerAsked
    number: int
    due_at: datetime | None
    looked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ListenerView:
    """One token of a case, never itself: its number, why we listen, and since when."""

    number: int
    asked: ListenerAsked
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What is heard for one case, the last first, and under which tokens."""

    listeners: tuple[ListenerView, ...]
    signals: tuple[SignalView, ...]


def team_of(keyring: Keyring) -> str:
    """Whose signals somebody reads: the closed team's, the liaison's or the helpline's."""
    return next((team for team in (LEADS, LIAISON) if team in keyring.teams), TEAM)


def has_liaison() -> bool:
    """Whether anybody is there whose work it is to look at signals first."""
    return bool(staff_of_role(Role.SURVIVOR_LIAISON))


def waiting_signals(team: str = TEAM) -> QuerySet[Signal]:
    """Return the signals at which nobody of a team has looked, whether anybody listens to them or not."""
    return Signal.objects.filter(team=team, looked_at__isnull=True)


def is_listening(team: str) -> bool:
    """Whether any case of a team listens: whoever has none need not look."""
    return Listener.objects.filter(case__team=team).exists()


def signal_place(reference: uuid.UUID) -> str:
    """Where a signal's words belong."""
    return f"helpline.signal.sealed|{reference}"


def told_place(reference: uuid.UUID) -> str:
    """Where a token that was sealed to the liaison belongs."""
    return f"helpline.listener.told|{reference}"


def heard_for(opened: OpenCase, *, keyring: Keyring) -> Heard:
    """What programmes told under the tokens of one case; nothing where these keys do not open staff's part."""
    if opened.casework is None:
        return Heard(listeners=(), signals=())
    rows = list(enumerate(Listener.objects.filter(case__reference=opened.reference).order_by("at", "pk"), start=1))
    cases: dict[str, list[Listens]] = {}
    for number, row in rows:
        index = blind_index(row.unbox(opened.casework, "token"), purpose=PURPOSE)
        cases.setdefault(index, []).append(Listens(opened.reference, row.asked, number))
    found = Signal.objects.filter(team=team_of(keyring), index__in=list(cases)).order_by("-at", "pk")[:AT_ONCE]
    listeners = tuple(ListenerView(number=number, asked=row.asked, since=row.at) for number, row in rows)
    return Heard(listeners=listeners, signals=_read(found, cases, keyring))


def heard_now(keyring: Keyring, *, by: Actor, now: datetime) -> tuple[SignalView, ...]:
    """What was told and nobody has looked at, of the cases that listen, the earliest first."""
    seen, _hidden = listened_to(keyring, by=by, now=now)
    rows = waiting_signals(team_of(keyring)).filter(index__in=list(seen)).order_by("at", "pk")
    return _read(rows[:AT_ONCE], seen, keyring)


def listened_to(keyring: Keyring, *, by: Actor, now: datetime) -> tuple[Mapping[str, Sequence[Listens]], Set[str]]:
    """The cases that listen, by the blind index of their token; and the indexes of those whose person `by` knows.

    Several may listen under one token: one person can have harmed several.
    """
    seen: dict[str, list[Listens]] = {}
    hidden: set[str] = set()
    known = set(Listener.objects.filter(case__recusals__staff=by.id).values_list("pk", flat=True))
    for rows in batched(Listener.objects.select_related("case").order_by("pk"), AT_ONCE):
        for row, token in _tokens(rows, keyring, by=by, now=now):
            index = blind_index(token, purpose=PURPOSE)
            if row.pk in known:
                hidden.add(index)
            else:
                seen.setdefault(index, []).append(Listens(row.case.reference, row.asked))
    return seen, hidden


def _tokens(rows: Iterable[Listener], keyring: Keyring, *, by: Actor, now: datetime) -> Iterator[tuple[Listener, str]]:
    """The tokens that these keys open: the liaison's were sealed to the liaison, the others lie among staff's notes."""
    rows = list(rows)
    if team_of(keyring) == LIAISON:
        for row in rows:
            token = open_for_team(keyring, row.told, team=LIAISON, where=told_place(row.reference))
            if token:
                yield row, token
        return
    opened = open_files({row.case.casework for row in rows}, keyring, by=by, now=now)
    for row in rows:
        if row.case.casework in opened:
            yield row, row.unbox(opened[row.case.casework], "token")


def _read(rows: Iterable[Signal], cases: Mapping[str, Sequence[Listens]], keyring: Keyring) -> tuple[SignalView, ...]:
    found = []
    for row in rows:
        text = open_for_team(keyring, row.sealed, team=row.team, where=signal_place(row.reference))
        if text:
            kind = SignalKind(json.loads(text)["kind"])
            found += [
                SignalView(kind=kind, at=row.at, due_at=row.due_at, looked_at=row.looked_at, **each._asdict())
                for each in cases[row.index]
            ]
    return tuple(found)
