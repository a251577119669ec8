"""An employer with a manager, its people, and a course that is required: for tests of training and of the house."""

import hashlib
import math
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django.conf import settings

from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.training.models import Employer, Learner, LearnerLink, MachineStatement, Trigger, Upload
from leeward.justice.training.operations.completing import keep_completions
from leeward.justice.training.operations.courses import NewVersion, publish_version
from leeward.justice.training.operations.employers import NewRequirement, add_employer, add_requirement
from leeward.justice.training.operations.machines import find_system, make_key, take_statements
from leeward.justice.training.operations.people import open_employer
from leeward.justice.training.operations.rosters import RosterCounts, count_roster, keep_roster
from leeward.justice.training.operations.shelving import shelve_package
from leeward.justice.training.operations.triggers import Change, note_change
from leeward.justice.training.operations.trying import try_upload
from leeward.justice.training.operations.uploads import find_upload, keep_upload
from leeward.justice.training.queries.people import published_versions
from leeward.justice.training.rules.files import cut_completions, cut_roster, read_completions, read_roster
from leeward.justice.training.rules.statements import Verb, read_batch
from leeward.justice.training.rules.terms import LINK_LASTS, EmployerKind, JobRole, TriggerKind
from tests.foundation.accounts import people

NOW = people.NOW
TODAY = date(2026, 11, 24)
OPERATOR = Actor.operator()
HEAD = "staff_number,name,email,role,team,started_on,left_on"
COMPLETED = "staff_number,course,version,completed_on,result,score,source_id"
COURSE, DELTA = "first-response", "first-response-changes-2"


@dataclass(frozen=True, kw_only=True)
class Force:
    """An employer, and its manager, unlocked."""

    employer: uuid.UUID
    manager: str

    @property
    def row(self) -> Employer:
        return Employer.objects.get(public_id=self.employer)

    @property
    def actor(self) -> Actor:
        return Actor(kind=ActorKind.STAFF, id=people.User.objects.get(username=self.manager).reference)

    @property
    def keyring(self) -> Keyring:
        user = people.User.objects.get(username=self.manager)
        return keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=people.PASSPHRASE))

    def send(self, kind: Upload.Kind, parts: Iterable[str], *, now: datetime = NOW) -> uuid.UUID:
        """Send a file that can be read, and let it be compared whole."""
        upload = keep_upload(employer=self.employer, kind=kind, parts=parts, by=self.actor, now=now)
        self.compare(upload, now=now)
        return upload

    def compare(self, upload: uuid.UUID, *, now: datetime = NOW) -> None:
        try_upload(
            upload=upload, employer=self.employer, keyring=self.keyring, by=self.actor, now=now, seconds=math.inf
        )

    def send_roster(self, *lines: str, now: datetime = NOW) -> uuid.UUID:
        text = "\n".join([HEAD, *lines])
        parts = cut_roster(read_roster(text, domains=self.row.domains))
        return self.send(Upload.Kind.ROSTER, parts, now=now)

    def look(self, upload: uuid.UUID, *, now: datetime = NOW) -> RosterCounts:
        return count_roster(find_upload(upload=upload, employer=self.employer), today=now.date())

    def keep(self, upload: uuid.UUID, seen: str, *, now: datetime = NOW, is_meant: bool = True) -> RosterCounts:
        return keep_roster(
            upload=upload,
            employer=self.employer,
            seen=seen,
            is_meant=is_meant,
            by=self.actor,
            now=now,
            today=now.date(),
        )

    def load(self, *lines: str, now: datetime = NOW, is_meant: bool = True) -> RosterCounts:
        """Load a roster as the pages do: sent, compared, looked at, kept."""
        upload = self.send_roster(*lines, now=now)
        return self.keep(upload, self.look(upload, now=now).mark, now=now, is_meant=is_meant)

    def load_completions(self, *lines: str, now: datetime = NOW) -> int:
        text = "\n".join([COMPLETED, *lines])
        found = read_completions(text, is_known=bool, versions=published_versions(), today=now.date())
        upload = self.send(Upload.Kind.COMPLETIONS, cut_completions(found), now=now)
        return keep_completions(upload=upload, employer=self.employer, by=self.actor, now=now)


def person(number: int, *, role: str = "first_responder", team: str = "North", started: str = "2026-01-05") -> str:
    return f"P-{number},Officer {number},p{number}@police.example,{role},{team},{started},"


def require(**changes: object) -> uuid.UUID:
    requirement = uuid.uuid4()
    made = {
        "course": COURSE,
        "roles": [JobRole.FIRST_RESPONDER],
        "employer_kinds": [EmployerKind.POLICE],
        "from_on": date(2026, 1, 1),
        "source": "National code of practice, part 4 (made up)",
    }
    new = NewRequirement(**{**made, **changes})  # type: ignore[arg-type]
    add_requirement(new=new, requirement=requirement, by=OPERATOR, now=NOW)
    return requirement


def publish(lesson: str = COURSE) -> None:
    """Publish what is installed of a lesson, on the second day of the year."""
    publish_version(new=NewVersion(lesson=lesson), by=OPERATOR, now=datetime(2026, 1, 2, 12, tzinfo=UTC))


def learner(force: Force, number: int) -> Learner:
    """By what they were loaded in: their number, opened."""
    opened = open_employer(force.employer, keyring=force.keyring, by=force.actor, now=NOW)
    return next(row for row in Learner.objects.all() if row.unbox(opened, "number") == f"P-{number}")


def add(name: str, manager: str = "") -> Force:
    """An employer, and its manager where one is named."""
    employer = uuid.uuid4()
    add_employer(
        name=name, kind=EmployerKind.POLICE, domains=["police.example"], employer=employer, by=OPERATOR, now=NOW
    )
    if manager:
        people.employ(manager, Role.TRAINING_MANAGER, affiliation=str(employer))
    return Force(employer=employer, manager=manager)


def tell(force: Force, number: str = "P-99", *, now: datetime = NOW) -> uuid.UUID:
    """Let a learning system say that somebody passed, and return what came of it."""
    home, id_ = "https://learn.police.example", uuid.uuid4()
    user, password = make_key(employer=force.employer, name="System", home=home, by=OPERATOR, now=now)
    said = {
        "id": str(id_),
        "actor": {"account": {"homePage": home, "name": number}},
        "verb": {"id": Verb.PASSED.value},
        "object": {"id": f"{settings.LEEWARD_URL}/training#{COURSE}/2"},
    }
    take_statements(system=find_system(str(user), password), batch=read_batch(said), now=now)
    return MachineStatement.objects.get(statement=id_).reference


def link_of(row: Learner, *, now: datetime = NOW) -> str:
    """The token of a link as one of them is mailed."""
    token = f"link-{row.reference}"
    digest = hashlib.sha256(token.encode()).hexdigest()
    LearnerLink.objects.create(learner=row, digest=digest, sent_to=row.mailbox_index, ends_at=now + LINK_LASTS)
    return token


def changed(*, now: datetime = NOW) -> uuid.UUID:
    """A change outside that waits for its answer."""
    change = Change(kind=TriggerKind.LAW, key="law/xx-9", about="A new offence: to threaten with pictures")
    note_change(change=change, by=OPERATOR, now=now)
    return Trigger.objects.get(key=change.key).public_id


def shelved(*, now: datetime = NOW) -> uuid.UUID:
    """A package on the shelf."""
    sent = (Path(__file__).with_name("cmi5") / "simple-cmi5.xml").read_bytes()
    return shelve_package(course=COURSE, version=2, sent=sent, by=OPERATOR, now=now)
