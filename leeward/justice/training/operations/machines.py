"""What employers' learning systems say, as xAPI statements: taken whole or not at all, and counted where it can be."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from leeward.foundation.audit.rules import Actor, Fact, who
from leeward.foundation.days import day_in, local_day
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.vault.operations import seal_to, team_grantee
from leeward.justice.training.errors import (
    CompletionUnknown,
    KeyUnknown,
    StatementConflict,
    StatementUnknown,
    TrainingMistake,
)
from leeward.justice.training.keys import index_of, statement_place
from leeward.justice.training.models import Completion, Employer, Learner, MachineDay, MachineKey, MachineStatement
from leeward.justice.training.operations.completing import void_completion
from leeward.justice.training.operations.judging import complete, judge_package, package_done_on, told_of_package
from leeward.justice.training.operations.people import find_employer
from leeward.justice.training.operations.reckoning import reckon_learners, requirements_of
from leeward.justice.training.operations.verbs import TrainingVerb, note
from leeward.justice.training.queries.activities import Activities, Taught
from leeward.justice.training.rules.cmi5 import MoveOn, is_done
from leeward.justice.training.rules.files import normal_number
from leeward.justice.training.rules.statements import Known, Named, Statement, Verb, activity_mastered
from leeward.justice.training.rules.terms import UNDECIDED, Contradiction, EmployerKind, StatementState

SECRET_BYTES = 32
# So much clocks may differ.
CLOCKS_DIFFER = timedelta(minutes=1)
WAITS_AT_MOST = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class System:
    """A learning system that was let in. `key` is a key of a row."""

    key: int
    employer: uuid.UUID


def make_key(*, employer: uuid.UUID, name: str, home: str, by: Actor, now: datetime) -> tuple[uuid.UUID, str]:
    """Make a key for one of an employer's systems; returns its user name and its password, which is shown once."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        row = MachineKey.objects.create(
            employer=find_employer(employer), name=name, home=home, digest=_digest(secret), made_at=now, made_by=who(by)
        )
        note(TrainingVerb.KEY_MADE, "employer", employer, by=by, now=now, key=str(row.reference))
    return row.reference, secret


def end_key(*, key: uuid.UUID, employer: uuid.UUID, by: Actor, now: datetime) -> None:
    """Let a system say nothing more. Safe to repeat. Raises KeyUnknown."""
    with transaction.atomic():
        row = MachineKey.objects.filter(reference=key, employer__public_id=employer).first()
        if row is None:
            raise KeyUnknown
        if MachineKey.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=now):
            note(TrainingVerb.KEY_ENDED, "employer", employer, by=by, now=now, key=str(key))


def find_system(user: str, password: str) -> System:
    """The system whose key this is. Raises KeyUnknown for whatever is wrong."""
    try:
        reference = uuid.UUID(user)
    except ValueError as error:
        raise KeyUnknown from error
    row = MachineKey.objects.select_related("employer").filter(reference=reference, ended_at__isnull=True).first()
    if row is None or not hmac.compare_digest(row.digest, _digest(password)):
        raise KeyUnknown
    return System(key=row.pk, employer=row.employer.public_id)


def take_statements(*, system: System, batch: Sequence[Statement], now: datetime) -> None:
    """Take all of a batch or nothing; what is known and says the same changes nothing.

    Raises StatementConflict where a known id says something else, KeyUnknown where the key has ended meanwhile.
    """
    with transaction.atomic():
        key = MachineKey.objects.select_for_update(of=("self",)).select_related("employer").get(pk=system.key)
        if key.ended_at is not None:
            raise KeyUnknown
        # Two systems of one employer may send the same statement: they wait for each other.
        employer = Employer.objects.select_for_update().get(pk=key.employer_id)
        taking = _Taking(employer, home=key.home, batch=batch, now=now)
        for each in batch:
            taking.take(each)
        taking.reckon()
        MachineKey.objects.filter(pk=key.pk).update(used_on=local_day(now))
        facts: dict[str, Fact] = {"key": str(key.reference), "new": taking.new, "people": len(taking.learners)}
        note(TrainingVerb.STATEMENTS_TAKEN, "employer", system.employer, by=Actor.system(), now=now, **facts)


def count_statement(*, statement: uuid.UUID, employer: uuid.UUID, number: str, by: Actor, now: datetime) -> None:
    """Count what waits: for somebody in the roster by their staff number, or, where it was waived, for who is known.

    Raises StatementUnknown, FieldRefused.
    """
    with transaction.atomic():
        row = _waiting(statement, employer)
        learner = row.learner
        if learner is None:
            index = index_of(employer, "number", normal_number(number))
            learner = Learner.objects.filter(employer=row.employer, number_index=index).first() if index else None
            if learner is None:
                raise FieldRefused("number", TrainingMistake.NOBODY, about=number or "–")
        _settle(row, learner, StatementState.COUNTED, by=by, now=now)
        note(TrainingVerb.STATEMENT_ANSWERED, "learner", learner.reference, by=by, now=now, counted=True)


def drop_statement(*, statement: uuid.UUID, employer: uuid.UUID, by: Actor, now: datetime) -> None:
    """Count what waits for nobody, and forget of whom it was said. Raises StatementUnknown."""
    with transaction.atomic():
        row = _waiting(statement, employer)
        row.state, row.person, row.person_index, row.person_by = StatementState.DROPPED, "", "", ""
        row.save(update_fields=["state", "person", "person_index", "person_by"])
        note(TrainingVerb.STATEMENT_ANSWERED, "employer", employer, by=by, now=now, counted=False)


def match_statements(*, now: datetime, limit: int) -> int:
    """Count what waited for people who are in the roster now; returns how many. Safe to repeat and to kill."""
    in_roster = Learner.objects.filter(employer=OuterRef("employer"), forgotten_at__isnull=True)
    rows = MachineStatement.objects.filter(
        Q(person_by=Known.NUMBER.value) & Exists(in_roster.filter(number_index=OuterRef("person_index")))
        | Q(person_by=Known.MAILBOX.value) & Exists(in_roster.filter(mailbox_index=OuterRef("person_index"))),
        state=StatementState.UNKNOWN,
    ).exclude(person_index="")
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    for pk in found:
        with transaction.atomic():
            row = (
                MachineStatement.objects.select_for_update(of=("self",))
                .select_related("employer")
                .filter(pk=pk, state=StatementState.UNKNOWN)
                .first()
            )
            learner = _find(row.employer, [(row.person_by, row.person_index)]).get(row.person_index) if row else None
            if row is not None and learner is not None:
                is_waived = row.verb == Verb.WAIVED.name.lower()
                state = StatementState.WAIVED if is_waived else StatementState.COUNTED
                _settle(row, learner, state, by=Actor.system(), now=now)
    return len(found)


def forget_statements(*, now: datetime, limit: int) -> int:
    """Forget what waited in vain for three months; returns how many. Safe to repeat."""
    rows = MachineStatement.objects.filter(state__in=UNDECIDED, received_at__lt=now - WAITS_AT_MOST)
    due = list(rows.order_by("received_at", "pk").values_list("pk", flat=True)[:limit])
    done = MachineStatement.objects.filter(pk__in=due).update(
        state=StatementState.DROPPED, person="", person_index="", person_by=""
    )
    contradicted = MachineStatement.objects.filter(received_at__lt=now - WAITS_AT_MOST).exclude(person="")
    return done + contradicted.update(person="", person_index="", person_by="")


class _Taking:
    """A batch, and what is known of its ids and people."""

    def __init__(self, employer: Employer, *, home: str, batch: Sequence[Statement], now: datetime) -> None:
        self.employer, self.home, self.now = employer, home, now
        self.activities = Activities()
        known = MachineStatement.objects.filter(employer=employer)
        ids = [each.id for each in batch]
        self.known = {row.statement: row for row in known.filter(statement__in=ids)}
        self.voided = set(known.filter(voids__in=ids).values_list("voids", flat=True))
        self.indexes = {each.id: self._index(each.named) for each in batch if each.named is not None}
        self.people = _find(employer, [each for each in self.indexes.values() if each[1]])
        self.learners: set[int] = set()
        self.new = 0

    def take(self, said: Statement) -> None:
        """One of them. Raises StatementConflict."""
        earlier = self.known.get(said.id)
        if earlier is not None:
            if earlier.digest != said.digest:
                raise StatementConflict(said.id)
            return
        on = day_in(self.employer.zone, said.at or self.now)
        if said.verb is Verb.VOIDED:
            self._void(said, on)
            return
        taught = self.activities.find(said.activities, on) if said.verb is not None and said.named else None
        if said.verb is None or said.named is None or taught is None:
            self._pass_over("other_activities" if said.verb is not None else "other_verbs")
            return
        self._keep(said, said.named, taught, on)

    def reckon(self) -> None:
        """Reckon the due days of all who are touched."""
        if self.learners:
            reckon_learners(sorted(self.learners), asked=requirements_of(EmployerKind(self.employer.kind)))

    def _keep(self, said: Statement, named: Named, taught: Taught, on: date) -> None:
        by, index = self.indexes[said.id]
        learner, why = self.people.get(index), _contradiction(said, taught, on, now=self.now)
        row = MachineStatement(
            employer=self.employer,
            statement=said.id,
            digest=said.digest,
            state=_state(said, taught, learner, why, is_voided=said.id in self.voided),
            verb=_verb(said, taught),
            course=taught.course,
            version=taught.version,
            is_delta=taught.is_delta,
            unit_id=taught.unit,
            registration=said.registration if taught.unit is not None else None,
            on=on,
            score=_score(said.scaled),
            why=why if said.id not in self.voided else None,
            learner=learner,
            received_at=self.now,
        )
        if learner is None:
            row.person_by, row.person_index = by, index
            row.person = seal_to(team_grantee(self.employer.team), named.words, place=statement_place(row.reference))
        elif row.state is StatementState.COUNTED:
            row.completion = complete(row, learner, by=Actor.system(), now=self.now)
            self.learners.add(learner.pk)
        row.save(force_insert=True)
        if learner is not None and row.state is StatementState.COLLECTED:
            judge_package(row, learner, by=Actor.system(), now=self.now)
            self.learners.add(learner.pk)
        self.known[said.id] = row
        self.new += 1

    def _void(self, said: Statement, on: date) -> None:
        row = MachineStatement.objects.create(
            employer=self.employer,
            statement=said.id,
            digest=said.digest,
            state=StatementState.VOIDING,
            verb="voided",
            voids=said.voids,
            on=on,
            received_at=self.now,
        )
        self.known[said.id] = row
        self.new += 1
        if said.voids is None:
            return
        self.voided.add(said.voids)
        target = (
            MachineStatement.objects.select_for_update(of=("self",))
            .select_related("completion", "unit", "learner")
            .filter(employer=self.employer, statement=said.voids)
            .exclude(state=StatementState.VOIDING)  # what takes back cannot be taken back
            .first()
        )
        if target is None:
            return
        if target.completion is not None:
            self._take_back(target.completion)
        target.state, target.why = StatementState.VOIDED, None
        target.person = target.person_index = target.person_by = ""
        target.save(update_fields=["state", "why", "person", "person_index", "person_by"])
        if target.unit_id is not None and target.learner is not None:
            self._judge_again(target, target.learner)

    def _judge_again(self, target: MachineStatement, learner: Learner) -> None:
        """Take back what a package of several units counted for, where it is not done any more without this."""
        told = told_of_package(target, learner)
        if package_done_on(target, told) is None:
            for row in told:
                if row.completion is not None:
                    self._take_back(row.completion)
        else:
            judge_package(target, learner, by=Actor.system(), now=self.now)
        self.learners.add(learner.pk)

    def _take_back(self, completion: Completion) -> None:
        try:
            void_completion(
                completion=completion.reference,
                employer=self.employer.public_id,
                by=Actor.system(),
                now=self.now,
            )
        except CompletionUnknown:
            return  # the manager took it back before

    def _pass_over(self, column: str) -> None:
        row, _made = MachineDay.objects.get_or_create(employer=self.employer, on=day_in(self.employer.zone, self.now))
        MachineDay.objects.filter(pk=row.pk).update(**{column: F(column) + 1})

    def _index(self, named: Named) -> tuple[str, str]:
        """By what somebody is found, and their blind name; "" for whom nothing of ours could be."""
        if named.by is Known.OTHER or (named.by is Known.NUMBER and named.home != self.home):
            return named.by.value, ""
        return named.by.value, index_of(self.employer.public_id, named.by.value, named.name)


def _contradiction(said: Statement, taught: Taught, on: date, *, now: datetime) -> Contradiction | None:
    if said.at is not None and said.at > now + CLOCKS_DIFFER:
        return Contradiction.FUTURE
    if on < taught.published_on:
        return Contradiction.EARLY
    if said.verb is Verb.PASSED and said.is_success is False:
        return Contradiction.NO_SUCCESS
    if said.verb is Verb.PASSED and not activity_mastered(said.scaled, taught.mastery):
        return Contradiction.SCORE
    return None


def _verb(said: Statement, taught: Taught) -> str:
    """What was said; where that ends a unit of a package by its rule: that it was passed."""
    ends = said.verb in (Verb.PASSED, Verb.COMPLETED)
    is_passed, is_completed = said.verb is Verb.PASSED, said.verb is Verb.COMPLETED
    if ends and taught.move_on and is_done(MoveOn(taught.move_on), passed=is_passed, completed=is_completed):
        return "passed"
    if ends and taught.move_on:
        return "completed"
    return said.verb.name.lower() if said.verb else ""


def _state(
    said: Statement, taught: Taught, learner: Learner | None, why: Contradiction | None, *, is_voided: bool
) -> StatementState:
    if is_voided:
        return StatementState.VOIDED
    if why is not None:
        return StatementState.CONTRADICTED
    if learner is None:
        return StatementState.UNKNOWN
    if said.verb is Verb.WAIVED:
        return StatementState.WAIVED
    return StatementState.COUNTED if taught.unit is None else StatementState.COLLECTED


def _score(scaled: Decimal | None) -> Decimal | None:
    """What a completion keeps, which is never under nothing."""
    return None if scaled is None else max(Decimal(0), scaled).quantize(Decimal("0.0001"))


def _settle(row: MachineStatement, learner: Learner, state: StatementState, *, by: Actor, now: datetime) -> None:
    """Let a statement be about somebody, and count it where its new state says so."""
    row.learner, row.person, row.person_index, row.person_by = learner, "", "", ""
    row.state = state
    if state is StatementState.COUNTED and row.unit_id is not None:
        row.state = StatementState.COLLECTED
    elif state is StatementState.COUNTED:
        row.completion = complete(row, learner, by=by, now=now)
    row.save(update_fields=["learner", "person", "person_index", "person_by", "state", "completion"])
    if row.state is StatementState.COLLECTED:
        judge_package(row, learner, by=by, now=now)
    reckon_learners([learner.pk], asked=requirements_of(EmployerKind(row.employer.kind)))


def _waiting(statement: uuid.UUID, employer: uuid.UUID) -> MachineStatement:
    row = (
        MachineStatement.objects.select_for_update(of=("self",))
        .select_related("employer", "learner")
        .filter(reference=statement, employer__public_id=employer, state__in=UNDECIDED)
        .first()
    )
    if row is None:
        raise StatementUnknown
    return row


def _find(employer: Employer, named: Sequence[tuple[str, str]]) -> dict[str, Learner]:
    """An employer's people by the blind names of their numbers and mailboxes."""
    rows = Learner.objects.filter(employer=employer, forgotten_at__isnull=True)
    numbers = [index for by, index in named if by == Known.NUMBER and index]
    boxes = [index for by, index in named if by == Known.MAILBOX and index]
    found = {row.number_index: row for row in rows.filter(number_index__in=numbers)} if numbers else {}
    return found | ({row.mailbox_index: row for row in rows.filter(mailbox_index__in=boxes)} if boxes else {})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
