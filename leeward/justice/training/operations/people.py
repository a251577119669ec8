"""An employer's people: its roster, kept whole or not at all, and what is forgotten of who has left.

Names, numbers and teams are sealed under the employer's file, mailboxes to the notifier. What a roster would change is
planned first, and the same plan is what is kept.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from leeward.foundation.audit.rules import Actor, who
from leeward.foundation.days import local_day
from leeward.foundation.vault.operations import (
    OpenFile,
    open_file,
    open_for_team,
    seal_to,
    service_grantee,
    team_grantee,
)
from leeward.foundation.vault.rules.grants import Grantee, Keyring, Service
from leeward.foundation.vault.service_boxes import ServiceBoxes
from leeward.justice.training.errors import EmployerUnknown, RosterEndsMany, UploadChanged, UploadUnknown
from leeward.justice.training.keys import index_of
from leeward.justice.training.models import Employer, Learner, LearnerLink, Post, Unit, Upload
from leeward.justice.training.operations.reckoning import AT_ONCE, reckon_learners, requirements_of
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

UPLOAD_LASTS = timedelta(days=1)
IDENTITY_LASTS = timedelta(days=365)
SEALED = ["name", "number", "number_index", "mailbox", "mailbox_index", "unit"]


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


@dataclass(kw_only=True)
class RosterPlan:
    """The rows that a roster makes and changes."""

    counts: RosterCounts
    created: list[Learner] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    changed: list[Learner] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    new_posts: list[Post] = field(default_factory=list)
    dropped_posts: list[Post] = field(default_factory=list)


def open_employer(employer: uuid.UUID, *, keyring: Keyring, by: Actor, now: datetime, reason: str = "") -> OpenFile:
    """Open who an employer's people are; the trail says who did. Raises EmployerUnknown, the vault's NotGranted."""
    return open_file(file=find_employer(employer).file, keyring=keyring, by=by, now=now, reason=reason)


def find_employer(employer: uuid.UUID) -> Employer:
    """One employer. Raises EmployerUnknown."""
    row = Employer.objects.filter(public_id=employer).first()
    if row is None:
        raise EmployerUnknown
    return row


def mailbox_place(row: Learner) -> str:
    """Where a sealed mailbox belongs."""
    return f"training.learner.mailbox|{row.reference}"


# What a new key of the notifier is to be given.
MAILBOXES = ServiceBoxes(service=Service.NOTIFIER, rows=Learner.objects.all, column="mailbox", place_of=mailbox_place)


def keep_upload(*, employer: uuid.UUID, kind: Upload.Kind, content: str, by: Actor, now: datetime) -> uuid.UUID:
    """Keep a file that was tried for a day, sealed to the employer's team, until somebody says that it is right."""
    row = find_employer(employer)
    with transaction.atomic():
        upload = Upload(employer=row, kind=kind.value, sent_at=now, sent_by=who(by))
        upload.content = seal_to(team_grantee(row.team), content, place=_upload_place(upload.reference))
        upload.save()
        note(TrainingVerb.FILE_TRIED, "employer", employer, by=by, now=now, kind=kind.value)
    return upload.reference


def read_upload(*, upload: uuid.UUID, employer: uuid.UUID, keyring: Keyring) -> tuple[Upload.Kind, str]:
    """Return what a file holds that was tried. Raises UploadUnknown, also for another employer's."""
    row = Upload.objects.select_related("employer").filter(reference=upload, employer__public_id=employer).first()
    team = row.employer.team if row else ""
    content = open_for_team(keyring, row.content, team=team, where=_upload_place(upload)) if row else None
    if row is None or content is None:
        raise UploadUnknown
    return Upload.Kind(row.kind), content


def drop_upload(upload: uuid.UUID) -> None:
    """Forget a file that was tried. Raises UploadUnknown: two who keep it at once keep it once."""
    deleted, _ = Upload.objects.filter(reference=upload).delete()
    if not deleted:
        raise UploadUnknown


def keep_roster(
    *,
    upload: uuid.UUID,
    employer: uuid.UUID,
    lines: Sequence[RosterLine],
    seen: str,
    is_meant: bool,
    keyring: Keyring,
    by: Actor,
    now: datetime,
) -> RosterCounts:
    """Make an employer's people what its roster says, all of it or nothing; who is not in it any more has left.

    `seen`: the mark of what somebody looked at. Raises UploadUnknown, UploadChanged, RosterEndsMany.
    """
    opened = open_employer(employer, keyring=keyring, by=by, now=now, reason="roster")
    with transaction.atomic():
        row = Employer.objects.select_for_update().get(public_id=employer)
        drop_upload(upload)
        plan = plan_roster(row, lines, opened=opened, today=local_day(now))
        if plan.counts.mark != seen:
            raise UploadChanged
        if plan.counts.ends_many and not is_meant:
            raise RosterEndsMany
        _write(row, plan, now=now)
        facts = {"new": plan.counts.new, "ended": plan.counts.ended}
        note(TrainingVerb.ROSTER_KEPT, "employer", employer, by=by, now=now, **facts)
    return plan.counts


def plan_roster(employer: Employer, lines: Sequence[RosterLine], *, opened: OpenFile, today: date) -> RosterPlan:
    """Return what a roster changes; nothing is written."""
    return _Planning(employer, opened, today=today).plan(lines)


def forget_identities(*, now: datetime, limit: int) -> int:
    """Forget who those were who left a year ago, and files that nobody kept; returns how many. Safe to repeat."""
    stale, _ = Upload.objects.filter(sent_at__lt=now - UPLOAD_LASTS).delete()
    last = local_day(now) - IDENTITY_LASTS
    due = list(Learner.objects.filter(left_on__lt=last, forgotten_at__isnull=True).order_by("left_on", "pk")[:limit])
    with transaction.atomic():
        for row in due:
            row.name = row.number = row.number_index = row.mailbox = row.mailbox_index = ""
            row.unit, row.remind_on, row.link_wanted_at, row.forgotten_at = None, None, None, now
            row.save()
            LearnerLink.objects.filter(learner=row).delete()
            note(TrainingVerb.FORGOTTEN, "learner", row.reference, by=Actor.system(), now=now)
    return stale + len(due)


class _Planning:
    """What stands now, by the blind names of its people, and what a roster makes of it."""

    def __init__(self, employer: Employer, opened: OpenFile, *, today: date) -> None:
        self.employer, self.opened, self.today = employer, opened, today
        self.known = {
            row.number_index: row
            for row in Learner.objects.filter(employer=employer, forgotten_at__isnull=True).select_related("unit")
        }
        self.units = {row.name_index: row for row in employer.units.all()}
        self.posts: dict[int, Post] = {}
        for post in Post.objects.filter(learner__employer=employer).order_by("from_on"):
            self.posts[post.learner_id] = post  # the latest one
        self.notifier: Grantee | None = None
        self.made = RosterPlan(counts=RosterCounts(new=0, changed=0, moved=0, ended=0, same=0, of=0))

    def plan(self, lines: Sequence[RosterLine]) -> RosterPlan:
        named: set[str] = set()
        new = changed = moved = same = 0
        for line in lines:
            index = index_of(self.employer.public_id, "number", normal_number(line.number))
            named.add(index)
            row = self.known.get(index)
            if row is None:
                self._create(index, line)
                new += 1
                continue
            did_change, did_move = self._change(row, line), self._move(row, line)
            changed, moved = changed + did_change, moved + (did_move and not did_change)
            same += not (did_change or did_move)
        in_post = {name: row for name, row in self.known.items() if self._is_in_post(row)}
        ended = [row for name, row in in_post.items() if name not in named]
        for row in ended:
            self._end(row)
        self.made.counts = RosterCounts(
            new=new, changed=changed, moved=moved, ended=len(ended), same=same, of=len(in_post)
        )
        return self.made

    def _is_in_post(self, row: Learner) -> bool:
        post = self.posts.get(row.pk)
        return post is not None and (post.until_on is None or post.until_on >= self.today)

    def _create(self, index: str, line: RosterLine) -> None:
        row = Learner(employer=self.employer, number_index=index, left_on=line.left_on)
        row.number = Learner.box(self.opened, "number", row.reference, line.number)
        self._seal(row, line)
        self.made.created.append(row)
        self.made.new_posts.append(Post(learner=row, role=line.role, from_on=line.started_on, until_on=line.left_on))

    def _seal(self, row: Learner, line: RosterLine) -> None:
        row.name = Learner.box(self.opened, "name", row.reference, line.name)
        row.unit = self._unit(line.team)
        row.mailbox_index = index_of(self.employer.public_id, "mailbox", normal_mailbox(line.mailbox))
        row.mailbox = self._box(row, line.mailbox)

    def _box(self, row: Learner, mailbox: str) -> str:
        if not mailbox:
            return ""
        if self.notifier is None:
            self.notifier = service_grantee(Service.NOTIFIER)
        return seal_to(self.notifier, mailbox, place=mailbox_place(row))

    def _unit(self, team: str) -> Unit | None:
        index = index_of(self.employer.public_id, "team", normal_team(team))
        if index and index not in self.units:
            unit = Unit(employer=self.employer, name_index=index)
            unit.name = Unit.box(self.opened, "name", unit.reference, team)
            self.units[index] = unit
            self.made.units.append(unit)
        return self.units.get(index)

    def _change(self, row: Learner, line: RosterLine) -> bool:
        """Whether a name, team, address or last day is another one; the row says it then."""
        is_same = (
            (row.unit.name_index if row.unit else "")
            == index_of(self.employer.public_id, "team", normal_team(line.team))
            and row.mailbox_index == index_of(self.employer.public_id, "mailbox", normal_mailbox(line.mailbox))
            and row.left_on == line.left_on
            and row.unbox(self.opened, "name") == line.name
        )
        if is_same:
            return False
        row.left_on = line.left_on
        self._seal(row, line)
        self.made.changed.append(row)
        return True

    def _move(self, row: Learner, line: RosterLine) -> bool:
        """Whether the post is another one, or other days of the same; the rows say it then."""
        post = self.posts.get(row.pk)
        wanted = (line.role, line.started_on, line.left_on)
        if post is not None and (post.role, post.from_on, post.until_on) == wanted:
            return False
        if post is not None and (post.role is line.role or post.from_on >= line.started_on):
            post.role, post.from_on, post.until_on = wanted
            self.made.posts.append(post)
            return True
        if post is not None and (post.until_on is None or post.until_on >= line.started_on):
            post.until_on = line.started_on - DAY
            self.made.posts.append(post)
        self.made.new_posts.append(Post(learner=row, role=line.role, from_on=line.started_on, until_on=line.left_on))
        return True

    def _end(self, row: Learner) -> None:
        post = self.posts[row.pk]
        post.until_on = row.left_on = max(self.today, post.from_on)
        self.made.posts.append(post)
        self.made.changed.append(row)


def _write(employer: Employer, plan: RosterPlan, *, now: datetime) -> None:
    """Write a plan. Ends go before beginnings, since nobody has two posts without an end."""
    Unit.objects.bulk_create(plan.units, batch_size=AT_ONCE)
    Learner.objects.bulk_create(plan.created, batch_size=AT_ONCE)
    # Addresses may have changed hands: none stands twice meanwhile.
    Learner.objects.filter(pk__in=[row.pk for row in plan.changed]).update(mailbox_index="")
    Learner.objects.bulk_update(plan.changed, [*SEALED, "left_on"], batch_size=AT_ONCE)
    Post.objects.bulk_update(plan.posts, ["role", "from_on", "until_on"], batch_size=AT_ONCE)
    Post.objects.bulk_create(plan.new_posts, batch_size=AT_ONCE)
    touched = sorted(
        {row.pk for row in (*plan.created, *plan.changed)} | {row.learner_id for row in (*plan.posts, *plan.new_posts)}
    )
    if len(touched) > AT_ONCE:
        Employer.objects.filter(pk=employer.pk).update(stale_at=now)
    elif touched:
        reckon_learners(touched, asked=requirements_of(EmployerKind(employer.kind)))


def _upload_place(upload: uuid.UUID) -> str:
    return f"training.upload.content|{upload}"
