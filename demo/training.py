"""The made-up nation's training: three employers, their people, what is required of them, and what they passed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import inf
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.training.models import Course, CourseVersion, SayingCount, Upload
from leeward.justice.training.operations.completing import keep_completions
from leeward.justice.training.operations.courses import NewVersion, publish_version
from leeward.justice.training.operations.coverage import count_coverage
from leeward.justice.training.operations.employers import NewRequirement, add_employer, add_requirement
from leeward.justice.training.operations.machines import find_system, make_key, take_statements
from leeward.justice.training.operations.reckoning import reckon_stale
from leeward.justice.training.operations.rosters import count_roster, keep_roster
from leeward.justice.training.operations.triggers import Change, answer_trigger, note_change
from leeward.justice.training.operations.trying import try_upload
from leeward.justice.training.operations.uploads import find_upload, keep_upload
from leeward.justice.training.queries.people import published_versions
from leeward.justice.training.queries.talks import last_quarter
from leeward.justice.training.queries.triggers import trigger_lines, trigger_rows
from leeward.justice.training.rules.files import (
    COMPLETIONS,
    ROSTER,
    cut_completions,
    cut_roster,
    read_completions,
    read_roster,
)
from leeward.justice.training.rules.statements import Verb, read_batch
from leeward.justice.training.rules.terms import CourseKind, EmployerKind, JobRole, TriggerAnswer, TriggerKind

FIRST, ORDERS, WHERE, DELTA = "first-response", "orders-to-ask-for", "where-to-send", "first-response-changes-2"
PATTERNS = "wider-patterns"
BRIEFING, REVIEWERS = "what-it-does", "Three members of the Tidewater survivors’ forum (made up)"
HOME = "https://learn.police.example"
TALKED = (("right-place", 140), ("why-send", 75), ("form", 25))
RULE = "Fairhaven Online Safety Act, section 12 (made up)"
CHANGED = {
    "en": "A telephone is not kept as the first step any more: people who report need it to call for help.",
    "ar": "لم يعد يُحتفظ بالهاتف كخطوة أولى: من يبلّغ يحتاج إليه ليطلب المساعدة.",
}
FAMILY = ("Ashe", "Brook", "Cairn", "Dale", "Ember", "Fenn", "Grove", "Heath", "Isle", "Jarrow", "Keel", "Loch")
GIVEN = ("Alex", "Bela", "Chris", "Dara", "Eden", "Finn", "Gale", "Hollis")


@dataclass(frozen=True, kw_only=True)
class Made:
    """An employer with so many people, in these teams and posts. `late`: of how many in ten nobody saw to it."""

    name: str
    kind: EmployerKind
    domain: str
    manager: str
    people: int
    teams: tuple[str, ...]
    roles: tuple[JobRole, ...]
    late: int


EMPLOYERS = (
    Made(
        name="Outer Isles Police",
        kind=EmployerKind.POLICE,
        domain="police.example",
        manager="nell",
        people=120,
        teams=("Harbour", "Northcliff", "Control room"),
        roles=(JobRole.FIRST_RESPONDER, JobRole.FIRST_RESPONDER, JobRole.CALL_HANDLER, JobRole.INVESTIGATOR),
        late=2,
    ),
    Made(
        name="Eastmarsh Police",
        kind=EmployerKind.POLICE,
        domain="eastmarsh.example",
        manager="otto",
        people=80,
        teams=("East", "West"),
        roles=(JobRole.FIRST_RESPONDER, JobRole.SUPERVISOR),
        late=7,
    ),
    Made(
        name="Fairhaven Prosecution Service",
        kind=EmployerKind.PROSECUTION,
        domain="prosecution.example",
        manager="pia",
        people=40,
        teams=("City", "Coast"),
        roles=(JobRole.PROSECUTOR,),
        late=1,
    ),
)


def employer_id(name: str) -> UUID:
    """The public id of a made-up employer."""
    return uuid5(NAMESPACE_OID, f"employer/{name}")


def found_employers(*, now: datetime) -> None:
    """Let three employers keep their people here, so that their managers can have accounts; safe to call again."""
    for made in EMPLOYERS:
        add_employer(
            name=made.name,
            kind=made.kind,
            domains=[made.domain],
            employer=employer_id(made.name),
            by=Actor.operator(),
            now=now,
        )


def found_training(passphrases: Mapping[str, str], *, now: datetime) -> None:
    """Publish the courses, require them, and load who works where and what they passed; safe to call again."""
    if Course.objects.exists():
        return
    by, then = Actor.operator(), now - timedelta(days=700)
    course = Course.objects.create(code=FIRST, kind=CourseKind.LESSON)
    # The version before the one that is installed: it was published when this nation began.
    CourseVersion.objects.create(
        course=course, number=1, lesson=FIRST, digest="", published_on=then.date(), published_at=then, published_by="",
    )  # fmt: skip
    for lesson in (ORDERS, WHERE, PATTERNS):
        publish_version(new=NewVersion(lesson=lesson), by=by, now=then)
    changed = NewVersion(lesson=FIRST, is_material=True, why=CHANGED, delta=DELTA)
    publish_version(new=changed, by=by, now=now - timedelta(days=20))
    briefing = NewVersion(lesson=BRIEFING, kind=CourseKind.BRIEFING, reviewers=[REVIEWERS])
    publish_version(new=briefing, by=by, now=now - timedelta(days=90))
    for code, roles in (
        (FIRST, [JobRole.FIRST_RESPONDER, JobRole.CALL_HANDLER, JobRole.SUPERVISOR]),
        (ORDERS, [JobRole.PROSECUTOR, JobRole.INVESTIGATOR]),
    ):
        new = NewRequirement(course=code, roles=roles, employer_kinds=[], from_on=local_day(then), source=RULE)
        add_requirement(new=new, requirement=uuid5(NAMESPACE_OID, f"requirement/{code}"), by=by, now=now)
    for made in EMPLOYERS:
        user = User.objects.filter(username=made.manager).first()
        if user is not None and made.manager in passphrases:
            ring = keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=passphrases[made.manager]))
            _load(made, ring, by=Actor(kind=ActorKind.STAFF, id=user.reference), now=now)
    _hear_a_system(now=now)
    _change_outside(by=by, now=now)
    _practise(now=now)
    reckon_stale(limit=1_000)
    count_coverage(now=now)


def _hear_a_system(*, now: datetime) -> None:
    """The first employer's own learning system tells who passed: one is known, one waits, one cannot be so."""
    employer = employer_id(EMPLOYERS[0].name)
    user, password = make_key(employer=employer, name="Police academy", home=HOME, by=Actor.operator(), now=now)
    told = (("1003", Verb.PASSED, 1), ("9001", Verb.PASSED, 1), ("1004", Verb.WAIVED, 1), ("1005", Verb.PASSED, 0.3))
    batch = [
        {
            "id": str(uuid5(NAMESPACE_OID, f"statement/{number}")),
            "actor": {"account": {"homePage": HOME, "name": number}},
            "verb": {"id": verb.value},
            "object": {"id": f"{settings.LEEWARD_URL}/training#{FIRST}/2"},
            "result": {"score": {"scaled": scaled}},
            "timestamp": (now - timedelta(days=2)).isoformat(),
        }
        for number, verb, scaled in told
    ]
    take_statements(system=find_system(str(user), password), batch=read_batch(batch), now=now)


def _change_outside(*, by: Actor, now: datetime) -> None:
    """Two changes: one was answered in time, one waits."""
    law = "Online Safety Act, section 14: to threaten with pictures (made up)"
    trend = "Bulletin: pictures made of school photographs (made up)"
    new = Change(kind=TriggerKind.LAW, key="made-up/law", about=law)
    note_change(change=new, by=by, now=now - timedelta(days=45))
    note_change(change=Change(kind=TriggerKind.TREND, key="made-up/trend", about=trend), by=by, now=now)
    [waiting] = trigger_lines(list(trigger_rows().filter(key="made-up/law")))
    reason = "The course says “or threatens to show it” already."
    answer_trigger(
        trigger=waiting.public_id, answer=TriggerAnswer.NO_CHANGE, reason=reason, by=by, now=now - timedelta(days=30)
    )


def _practise(*, now: datetime) -> None:
    """What was answered in first calls in the last quarter."""
    week = last_quarter(local_day(now)).start + timedelta(days=13)
    for saying, number in TALKED:
        SayingCount.objects.create(
            week=week - timedelta(days=week.weekday()), employer=None, talk="first-call", version=1, turn="opens",
            saying=saying, number=number,
        )  # fmt: skip


def _load(made: Made, ring: Keyring, *, by: Actor, now: datetime) -> None:
    """Load its roster and what its people passed, as its manager does."""
    employer, today = employer_id(made.name), local_day(now)
    text = "\n".join([",".join(ROSTER), *_roster(made, today)])
    parts = cut_roster(read_roster(text, domains=[made.domain]))
    upload = keep_upload(employer=employer, kind=Upload.Kind.ROSTER, parts=parts, by=by, now=now)
    try_upload(upload=upload, employer=employer, keyring=ring, by=by, now=now, seconds=inf)
    seen = count_roster(find_upload(upload=upload, employer=employer), today=today).mark
    keep_roster(upload=upload, employer=employer, seen=seen, is_meant=True, by=by, now=now, today=today)
    text = "\n".join([",".join(COMPLETIONS), *_completions(made, today)])
    passed = read_completions(text, is_known=bool, versions=published_versions(), today=today)
    parts = cut_completions(passed)
    upload = keep_upload(employer=employer, kind=Upload.Kind.COMPLETIONS, parts=parts, by=by, now=now)
    try_upload(upload=upload, employer=employer, keyring=ring, by=by, now=now, seconds=inf)
    keep_completions(upload=upload, employer=employer, by=by, now=now)


def _roster(made: Made, today: date) -> Iterator[str]:
    for number in range(made.people):
        name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number * 7 % len(FAMILY)]}"
        role = made.roles[number % len(made.roles)]
        team = made.teams[number % len(made.teams)]
        started = today - timedelta(days=120 + number * 13 % 500)
        yield f"{1000 + number},{name},m{1000 + number}@{made.domain},{role},{team},{started},"


def _completions(made: Made, today: date) -> Iterator[str]:
    """Most passed within the year; of those who did lately, half know the newest version."""
    for number in range(made.people):
        if number * 3 % 10 < made.late:
            continue
        role = made.roles[number % len(made.roles)]
        code = ORDERS if role in (JobRole.PROSECUTOR, JobRole.INVESTIGATOR) else FIRST
        ago = 5 + number * 11 % 330
        version = 2 if code == FIRST and ago < 20 else 1
        yield f"{1000 + number},{code},{version},{today - timedelta(days=ago)},passed,0.9,made-up-{number}"
