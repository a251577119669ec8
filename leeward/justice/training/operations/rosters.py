"""An employer's roster: each part of it is compared with who is known and sealed; then all is kept at once, or nothing.

What a part would change is planned as plain values, of which the columns are as sealed as in the tables that they go
to. So whoever keeps a roster needs no key any more, and has little left to do.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from leeward.foundation.audit.rules import Actor
from leeward.foundation.rows import rewrite_rows
from leeward.foundation.vault.operations import OpenFile, seal_to, service_grantee
from leeward.foundation.vault.rules.grants import Service
from leeward.justice.training.errors import RosterEndsMany, UploadChanged
from leeward.justice.training.keys import indexer
from leeward.justice.training.models import Employer, Learner, Post, Unit, Upload
from leeward.justice.training.operations.people import mailbox_place
from leeward.justice.training.operations.reckoning import AT_ONCE, reckon_learners, requirements_of
from leeward.justice.training.operations.uploads import counts_of, drop_upload, find_upload, people_changed, plans_of
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.rules.clock import DAY
from leeward.justice.training.rules.files import (
    ENDS_AT_ONCE,
    RosterLine,
    normal_mailbox,
    normal_number,
    normal_team,
)
from leeward.justice.training.rules.terms import EmployerKind

SEALED = ("name", "number", "number_index", "mailbox", "mailbox_index")
NEW, CHANGED, MOVED, SAME, NAMED = "new", "changed", "moved", "same", "named"
type Plan = Mapping[str, list[Any]]


@dataclass(frozen=True, kw_only=True)
class RosterCounts:
    """What a roster would change, in numbers of people. `of`: how many are in post now."""

    new: int
    changed: int
    moved: int
    ended: int
    same: int
    of: int

    @property
    def ends_many(self) -> bool:
        """Whether it would end so many that somebody has to say that this is right."""
        return self.ended > self.of * ENDS_AT_ONCE

    @property
    def mark(self) -> str:
        """What was looked at, in short."""
        return f"{self.new}/{self.changed}/{self.moved}/{self.ended}/{self.same}"


def plan_roster(
    employer: Employer, lines: Sequence[RosterLine], *, opened: OpenFile
) -> tuple[Mapping[str, object], Plan]:
    """Return what a part of a roster changes: its counts, and the rows; nothing is written.

    `named` of the counts are the keys of those who are known already and stand in it.
    """
    return _Planning(employer, opened).plan(lines)


def count_roster(upload: Upload, *, today: date) -> RosterCounts:
    """Count what a roster that was compared whole would change."""
    named, sums = set[int](), dict.fromkeys((NEW, CHANGED, MOVED, SAME), 0)
    for counts in counts_of(upload):
        named.update(counts[NAMED])
        for each in sums:
            sums[each] += counts[each]
    in_post = set(_in_post(upload.employer, today))
    return RosterCounts(**sums, ended=len(in_post - named), of=len(in_post))


def keep_roster(
    *, upload: uuid.UUID, employer: uuid.UUID, seen: str, is_meant: bool, by: Actor, now: datetime, today: date
) -> RosterCounts:
    """Make an employer's people what its roster says, all of it or nothing; who is not in it any more has left today.

    `seen`: the mark of what somebody looked at. Raises UploadUnknown, UploadChanged, RosterEndsMany.
    """
    with transaction.atomic():
        row = Employer.objects.select_for_update().get(public_id=employer)
        file = find_upload(upload=upload, employer=employer)
        plans = list(plans_of(file))
        counts = count_roster(file, today=today)
        if counts.mark != seen:
            raise UploadChanged
        if counts.ends_many and not is_meant:
            raise RosterEndsMany
        touched = _write(row, file, plans, today=today)
        drop_upload(upload)
        people_changed(row)
        if len(touched) > AT_ONCE:
            Employer.objects.filter(pk=row.pk).update(stale_at=now)
        elif touched:
            reckon_learners(touched, asked=requirements_of(EmployerKind(row.kind)))
        facts = {"new": counts.new, "ended": counts.ended}
        note(TrainingVerb.ROSTER_KEPT, "employer", employer, by=by, now=now, **facts)
    return counts


class _Planning:
    """Those who are named in a part of a roster as they stand now, and what it makes of them."""

    def __init__(self, employer: Employer, opened: OpenFile) -> None:
        self.employer, self.opened = employer, opened
        self.number, self.mailbox, self.team = (
            indexer(employer.public_id, kind) for kind in ("number", "mailbox", "team")
        )
        self.notifier = service_grantee(Service.NOTIFIER)
        self.units = set(employer.units.values_list("name_index", flat=True))
        self.made: Plan = {each: [] for each in ("units", "learners", "changed", "posts", "new_posts")}

    def plan(self, lines: Sequence[RosterLine]) -> tuple[Mapping[str, object], Plan]:
        names = [self.number(normal_number(line.number)) for line in lines]
        rows = Learner.objects.filter(employer=self.employer, number_index__in=names, forgotten_at__isnull=True)
        known = {row.number_index: row for row in rows.select_related("unit")}
        posts: dict[int, Post] = {}
        for post in Post.objects.filter(learner__in=list(known.values())).order_by("from_on"):
            posts[post.learner_id] = post  # the latest one
        new = changed = moved = same = 0
        for name, line in zip(names, lines, strict=True):
            row = known.get(name)
            if row is None:
                self._create(name, line)
                new += 1
                continue
            did_change, did_move = self._change(row, line), self._move(row, posts.get(row.pk), line)
            changed, moved = changed + did_change, moved + (did_move and not did_change)
            same += not (did_change or did_move)
        named = [row.pk for row in known.values()]
        return {NEW: new, CHANGED: changed, MOVED: moved, SAME: same, NAMED: named}, self.made

    def _create(self, index: str, line: RosterLine) -> None:
        row = Learner(employer=self.employer, number_index=index)
        row.number = Learner.box(self.opened, "number", row.reference, line.number)
        self.made["learners"].append([row.pk, str(row.reference), *self._sealed(row, line)])
        self._post(row, line)

    def _sealed(self, row: Learner, line: RosterLine) -> tuple[object, ...]:
        """The columns of SEALED, the team's index and the last day."""
        name = Learner.box(self.opened, "name", row.reference, line.name)
        mailbox = seal_to(self.notifier, line.mailbox, place=mailbox_place(row)) if line.mailbox else ""
        mailbox_index = self.mailbox(normal_mailbox(line.mailbox))
        left_on = line.left_on.isoformat() if line.left_on else None
        return name, row.number, row.number_index, mailbox, mailbox_index, self._unit(line.team), left_on

    def _unit(self, team: str) -> str:
        index = self.team(normal_team(team))
        if index and index not in self.units:
            self.units.add(index)
            unit = Unit(employer=self.employer)
            self.made["units"].append([str(unit.reference), Unit.box(self.opened, "name", unit.reference, team), index])
        return index

    def _post(self, row: Learner, line: RosterLine) -> None:
        self.made["new_posts"].append([row.pk, *_days(line)])

    def _change(self, row: Learner, line: RosterLine) -> bool:
        """Whether a name, team, address or last day is another one."""
        is_same = (
            (row.unit.name_index if row.unit else "") == self.team(normal_team(line.team))
            and row.mailbox_index == self.mailbox(normal_mailbox(line.mailbox))
            and row.left_on == line.left_on
            and row.unbox(self.opened, "name") == line.name
        )
        if not is_same:
            self.made["changed"].append([row.pk, *self._sealed(row, line)])
        return not is_same

    def _move(self, row: Learner, post: Post | None, line: RosterLine) -> bool:
        """Whether the post is another one, or other days of the same."""
        wanted = (line.role, line.started_on, line.left_on)
        if post is not None and (post.role, post.from_on, post.until_on) == wanted:
            return False
        if post is not None and (post.role is line.role or post.from_on >= line.started_on):
            self.made["posts"].append([post.pk, *_days(line)])
            return True
        if post is not None and (post.until_on is None or post.until_on >= line.started_on):
            ended = (line.started_on - DAY).isoformat()
            self.made["posts"].append([post.pk, post.role.value, post.from_on.isoformat(), ended])
        self._post(row, line)
        return True


def _days(line: RosterLine) -> tuple[str, str, str | None]:
    return line.role.value, line.started_on.isoformat(), line.left_on.isoformat() if line.left_on else None


def _in_post(employer: Employer, today: date) -> Iterator[int]:
    rows = Post.objects.filter(learner__employer=employer, learner__forgotten_at__isnull=True)
    return rows.filter(_runs(today)).values_list("learner", flat=True).iterator()


def _runs(today: date) -> Q:
    return Q(until_on__isnull=True) | Q(until_on__gte=today)


def _write(employer: Employer, file: Upload, plans: Sequence[Plan], *, today: date) -> list[int]:
    """Write what all parts planned; returns whom it touched. Ends go before beginnings: nobody has two open posts."""
    units = _units(employer, plans)
    touched = _end(employer, file, today=today)
    changed = {pk: rest for plan in plans for pk, *rest in plan["changed"]}
    for start in range(0, len(changed), AT_ONCE):
        keys = list(changed)[start : start + AT_ONCE]
        # Addresses may have changed hands: none stands twice meanwhile.
        Learner.objects.filter(pk__in=keys).update(mailbox_index="")
    for start in range(0, len(changed), AT_ONCE):
        rows = list(Learner.objects.filter(pk__in=list(changed)[start : start + AT_ONCE]))
        for row in rows:
            _put(row, changed[row.pk], units)
        rewrite_rows(rows, [*SEALED, "unit", "left_on"], at_once=AT_ONCE)
    moved = {pk: rest for plan in plans for pk, *rest in plan["posts"]}
    for start in range(0, len(moved), AT_ONCE):
        posts = list(Post.objects.filter(pk__in=list(moved)[start : start + AT_ONCE]))
        for post in posts:
            post.role, post.from_on, post.until_on = moved[post.pk]
        rewrite_rows(posts, ["role", "from_on", "until_on"], at_once=AT_ONCE)
        touched.update(post.learner_id for post in posts)
    for plan in plans:
        created = [
            _put(Learner(pk=pk, reference=reference, employer=employer), rest, units)
            for pk, reference, *rest in plan["learners"]
        ]
        Learner.objects.bulk_create(created, batch_size=AT_ONCE)
        Post.objects.bulk_create(
            [
                Post(learner_id=learner, role=role, from_on=first, until_on=last)
                for learner, role, first, last in plan["new_posts"]
            ],
            batch_size=AT_ONCE,
        )
        touched.update(each[0] for each in plan["new_posts"])
    return sorted(touched | set(changed))


def _put(row: Learner, values: Sequence[Any], units: Mapping[str, int]) -> Learner:
    *sealed, unit, left_on = values
    for name, value in zip(SEALED, sealed, strict=True):
        setattr(row, name, value)
    row.unit_id, row.left_on = units.get(unit), left_on
    return row


def _units(employer: Employer, plans: Sequence[Plan]) -> dict[str, int]:
    """Make the teams that are new, each once; returns all by their index."""
    known = dict(employer.units.values_list("name_index", "pk"))
    new = {index: (reference, name) for plan in plans for reference, name, index in plan["units"] if index not in known}
    made = Unit.objects.bulk_create(
        Unit(employer=employer, reference=reference, name=name, name_index=index)
        for index, (reference, name) in new.items()
    )
    return known | {unit.name_index: unit.pk for unit in made}


def _end(employer: Employer, file: Upload, *, today: date) -> set[int]:
    """End the posts of whoever is not named; returns whom that touches."""
    named = {pk for counts in counts_of(file) for pk in counts[NAMED]}
    ended = sorted(set(_in_post(employer, today)) - named)
    for start in range(0, len(ended), AT_ONCE):
        keys = ended[start : start + AT_ONCE]
        posts = Post.objects.filter(_runs(today), learner__in=keys)
        later = dict(posts.filter(from_on__gt=today).values_list("learner", "from_on"))
        Learner.objects.filter(pk__in=keys).update(left_on=today)
        for learner, day in later.items():
            Learner.objects.filter(pk=learner).update(left_on=day)
        posts.filter(from_on__gt=today).update(until_on=F("from_on"))
        posts.filter(from_on__lte=today).update(until_on=today)
    return set(ended)
