"""A provider with a programme, its worker, and somebody who refers: for tests of programmes and of the house."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.perpetrators.models import Referral
from leeward.justice.perpetrators.operations.programmes import (
    ProgrammeEntry,
    add_provider,
    add_referrer,
    keep_programme,
    renew_link,
)
from leeward.justice.perpetrators.operations.referring import NewReferral, Noted, Referring, note_step, refer
from leeward.justice.perpetrators.rules.referrals import ProgrammeKind, ReferrerKind, Step, Way
from tests.foundation.accounts.people import NOW, PASSPHRASE, User, employ

OPERATOR = Actor.operator()
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
WHO = "Quentin Planted\n0555 0123 planted"
POLICE = Referring(scope="link:police", kind=ReferrerKind.POLICE)
ENTRY = ProgrammeEntry(
    name="Turn Back",
    kind=ProgrammeKind.BEHAVIOUR_CHANGE,
    weeks=24,
    places=2,
    is_open=True,
    accredited_by="Board of programmes",
    accredited_until=date(2027, 6, 30),
    parallel="Harbour support for survivors",
)


@dataclass(frozen=True, kw_only=True)
class Programmes:
    """One provider with accounts, one with a link, each with the same programme."""

    provider: uuid.UUID
    programme: uuid.UUID
    by_link: uuid.UUID
    link_programme: uuid.UUID

    @property
    def worker(self) -> User:
        return User.objects.get(username="will")

    @property
    def by(self) -> Actor:
        return actor(self.worker)

    @property
    def keyring(self) -> Keyring:
        return keys.open_teams_with(keys.open_by_passphrase(user=self.worker, passphrase=PASSPHRASE))

    def change(self, **changes: object) -> None:
        """Change the programme of the provider with accounts."""
        entry = replace(ENTRY, **changes)  # type: ignore[arg-type]
        keep_programme(entry=entry, provider=self.provider, programme=self.programme, by=OPERATOR, now=NOW)

    def refer(
        self, *, at_link: bool = False, on: date = TODAY - 30 * DAY, answer: Step | None = Step.AGREED
    ) -> Referral:
        """Refer somebody; the police do."""
        reference = uuid.uuid4()
        contact = "" if at_link or answer in (None, Step.REFUSED) else WHO
        new = NewReferral(
            programme=self.link_programme if at_link else self.programme, answer=answer, offered_on=on, contact=contact
        )
        refer(new=new, referring=POLICE, referral=reference, by=OPERATOR, now=NOW)
        return Referral.objects.get(reference=reference)

    def note(self, row: Referral, *steps: Step, on: date = TODAY, now: datetime = NOW, **more: str) -> None:
        """Note steps, as the worker does."""
        for step in steps:
            note_step(
                referral=row.reference,
                provider=self.provider,
                noted=Noted(step=step, on=on, **more),
                keyring=self.keyring,
                by=self.by,
                now=now,
            )
        row.refresh_from_db()


def found_programmes(*, worker: str = "will") -> Programmes:
    """Found them, and employ the worker under this name."""
    made = Programmes(provider=uuid.uuid4(), programme=uuid.uuid4(), by_link=uuid.uuid4(), link_programme=uuid.uuid4())
    add_provider(name="Harbour Change", way=Way.ACCOUNTS, provider=made.provider, by=OPERATOR, now=NOW)
    add_provider(name="Coast Talks", way=Way.LINK, provider=made.by_link, by=OPERATOR, now=NOW)
    keep_programme(entry=ENTRY, provider=made.provider, programme=made.programme, by=OPERATOR, now=NOW)
    keep_programme(entry=ENTRY, provider=made.by_link, programme=made.link_programme, by=OPERATOR, now=NOW)
    employ(worker, Role.PROGRAMME_WORKER, affiliation=str(made.provider), now=NOW)
    User.objects.filter(username=worker).update(last_login=NOW)
    return made


def filled(made: Programmes) -> dict[str, dict[str, str]]:
    """For the beginning of a name, what to fill into its address: things that are there, each with its own reader's."""
    body, police = link_of_police()
    court = Referring(scope=User.objects.get(role=Role.COURT_CLERK).team or "", kind=ReferrerKind.COURT)
    by_police, by_court = uuid.uuid4(), uuid.uuid4()
    for reference, referring in ((by_police, replace(POLICE, scope=f"link:{body}")), (by_court, court)):
        new = NewReferral(programme=made.programme, answer=None, offered_on=TODAY)
        refer(new=new, referring=referring, referral=reference, by=OPERATOR, now=NOW)
    by_link = {"token": link_of_provider(made), "referral": str(made.refer(at_link=True).reference), "step": "received"}
    of_police = {"token": police, "referral": str(by_police), "step": "refused"}
    of_court = {"referral": str(by_court), "step": "refused"}
    own = {"referral": str(made.refer().reference), "step": "received", "body": str(made.by_link)}
    return {
        "perpetrators:": own | {"provider": str(made.provider), "programme": str(made.programme)},
        "perpetrators:referred": of_court,
        "perpetrators:answer": of_court,
        "perpetrators:link-": by_link,
        "perpetrators:link-refer": of_police,
        "perpetrators:link-answer": of_police,
        "perpetrators:link-referral": by_link,
    }


def link_of_provider(made: Programmes) -> str:
    return renew_link(body=made.by_link, by=OPERATOR, now=NOW)


def link_of_police() -> tuple[uuid.UUID, str]:
    """Somebody who refers by a link, and its token."""
    body = uuid.uuid4()
    add_referrer(name="Harbour Police", kind=ReferrerKind.POLICE, referrer=body, by=OPERATOR, now=NOW)
    return body, renew_link(body=body, by=OPERATOR, now=NOW)
