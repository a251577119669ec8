"""Two agencies with their people, an authority that asks, a legal basis: for tests of the register and the house."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from leeward.foundation.accounts.operations import keys, let_in
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.register.models import Agency, Check, Entry, LegalBasis
from leeward.justice.register.operations.bases import add_agency, approve_basis, write_basis
from leeward.justice.register.operations.checks import Decision, NewCheck, decide_check, open_check, prepare_check
from leeward.justice.register.operations.entries import Keeper, enter
from leeward.justice.register.rules.basis import BasisEntry
from leeward.justice.register.rules.persons import (
    Judgment,
    NewEntry,
    Person,
    Proposal,
    Reasons,
    Sought,
    Told,
    Weighed,
)
from leeward.justice.register.rules.terms import AgencyKind, Duty, EndRule, Four, NumberCheck, Purpose
from tests.foundation.accounts.people import NOW, PASSPHRASE, User, employ

OPERATOR = Actor.operator()
TODAY, DAY = date(2026, 11, 24), timedelta(days=1)
NAME, ALIAS, ASKER, NUMBER = "Quentin Planted-Ämter", "Quint Plantedo", "Dana Asker Planted", "7992739-8713"
BORN = date(1990, 2, 3)
MAILBOX = "answers@police.example"
LAW = BasisEntry(
    statute="Register Act 2026, section 4",
    source="https://law.example/register-act",
    offences=("IIA.1", "IIA.2"),
    duties=(Duty.ORDER, Duty.NOTIFY),
    askers=(AgencyKind.POLICE,),
    purposes=(Purpose.SAFETY, Purpose.CHILD),
    end_rule=EndRule.FIXED,
    months=120,
    review_months=24,
    clock_days=28,
    assessment="Impact assessment by the data office",
    assessed_on=date(2026, 6, 1),
    from_on=date(2026, 7, 1),
    number_shape="9999999-9999",
    number_check=NumberCheck.LUHN,
)
NEW = NewEntry(
    person=Person(names=(NAME, ALIAS), born=BORN, number=NUMBER),
    judgment=Judgment(
        court="Planted District Court",
        file_number="KLs 12/26 planted",
        offence_on=date(2025, 5, 5),
        convicted_on=date(2026, 8, 1),
        final_on=date(2026, 9, 1),
    ),
    offences=("IIA.1",),
    duty=Duty.ORDER,
    starts_on=date(2026, 9, 1),
)
PASSED = Reasons(tests=tuple(Weighed(test=test, is_passed=True, why="Weighed.") for test in Four))
TOLD = Told(to=ASKER, words="Entered for sharing. Planted words.", until=TODAY + 30 * DAY)


@dataclass(frozen=True, kw_only=True)
class Land:
    """Who there is. `registry` and `board` are the two agencies, `police` asks; `law` is the legal basis."""

    registry: uuid.UUID
    board: uuid.UUID
    police: uuid.UUID
    law: uuid.UUID
    names: tuple[str, str] = ("regina", "otis")

    @property
    def registrar(self) -> Keeper:
        return _keeper(self.names[0])

    @property
    def officer(self) -> Keeper:
        return _keeper(self.names[1])

    @property
    def basis(self) -> LegalBasis:
        return LegalBasis.objects.get(public_id=self.law)

    def switch_on(self, entry: BasisEntry = LAW) -> None:
        """One policy officer writes the law down, another one approves it."""
        write_basis(entry=entry, basis=self.law, by=_actor("paula"), now=NOW)
        approve_basis(basis=self.law, by=_actor("pim"), now=NOW)

    def enter(self, new: NewEntry = NEW, now: datetime = NOW) -> Entry:
        reference = uuid.uuid4()
        enter(new=new, basis=self.law, entry=reference, keeper=self.registrar, now=now)
        return Entry.objects.get(reference=reference)

    def ask(self, sought: Sought | None = None, *, now: datetime = NOW, **changes: Any) -> tuple[Check, str]:
        """The police ask; the check and the token of its link."""
        new = NewCheck(
            basis=self.law,
            authority=self.police,
            purpose=Purpose.SAFETY,
            sought=sought or Sought(name=NAME, born=BORN),
            asker=ASKER,
            file_number="P 77 planted",
        )
        reference = uuid.uuid4()
        token = open_check(new=replace(new, **changes), check=reference, keeper=self.registrar, now=now)
        return Check.objects.get(reference=reference), token

    def prepare(self, check: Check, told: str = "Entered for sharing.") -> None:
        proposal = Proposal(told=told, said="Planted note.")
        prepare_check(check=check.reference, proposal=proposal, keeper=self.registrar, now=NOW)

    def decide(self, check: Check, *, told: Told | None, reasons: Reasons = PASSED, now: datetime = NOW) -> None:
        decision = Decision(reasons=reasons, told=told)
        decide_check(check=check.reference, decision=decision, keeper=self.officer, now=now)


def found_land(*, registrar: str = "regina", officer: str = "otis") -> Land:
    """Found the agencies, and employ a registrar, a disclosure officer and two policy officers."""
    registry, board, police, law = (uuid.uuid4() for _each in range(4))
    land = Land(registry=registry, board=board, police=police, law=law, names=(registrar, officer))
    for agency, name, kind, mailbox in (
        (land.registry, "Harbour Registry", AgencyKind.REGISTRY, ""),
        (land.board, "Coast Disclosure Board", AgencyKind.DISCLOSURE, ""),
        (land.police, "Harbour Police", AgencyKind.POLICE, MAILBOX),
    ):
        add_agency(name=name, kind=kind, mailbox=mailbox, agency=agency, by=OPERATOR, now=NOW)
    employ(registrar, Role.REGISTRAR, affiliation=str(land.registry), now=NOW)
    second = employ(officer, Role.DISCLOSURE_OFFICER, affiliation=str(land.board), now=NOW)
    first = User.objects.get(username=registrar)
    let_in(colleague=first, reference=second.user.reference, keyring=_ring(first), now=NOW)
    for name in ("paula", "pim"):
        employ(name, Role.POLICY_OFFICER, now=NOW)
    return land


def filled(land: Land) -> dict[str, dict[str, str]]:
    """For the beginning of a name, what to fill into its address: the register is on, and there is one of each."""
    land.switch_on()
    entry = land.enter()
    asked, token = land.ask()
    prepared, _token = land.ask()
    land.prepare(prepared)
    own = {"basis": str(land.law), "entry": str(entry.reference), "step": "suspended"}
    return {
        "register:": own | {"check": str(asked.reference), "token": token},
        "register:decide-one": {"check": str(prepared.reference)},
    }


def land_there(*, names: tuple[str, str]) -> Land:
    """The agencies that were founded for these two people."""
    registry, board, police = (
        Agency.objects.get(kind=kind).public_id
        for kind in (AgencyKind.REGISTRY, AgencyKind.DISCLOSURE, AgencyKind.POLICE)
    )
    return Land(registry=registry, board=board, police=police, law=uuid.uuid4(), names=names)


def _keeper(name: str) -> Keeper:
    user = User.objects.get(username=name)
    return Keeper(by=actor(user), agency=user.affiliation, name=user.display_name, keyring=_ring(user))


def _ring(user: User) -> Keyring:
    return keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=PASSPHRASE))


def _actor(name: str) -> Actor:
    return actor(User.objects.get(username=name))
