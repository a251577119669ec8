"""The people of the measured desk: its practitioner, twenty platforms, one's moderator, and a person with a report."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import choose_passphrase, create_staff, keys, sign_in
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.operations import OpenFile, found_services, found_team, make_file, team_grantee
from leeward.foundation.vault.rules.grants import Compartment, Grantee, Keyring
from leeward.industry.platforms.operations import (
    add_channel,
    add_domain,
    create_platform,
    describe_platform,
    keyring_for_key,
)
from leeward.industry.platforms.rules import ChannelKind, IssuedKeys, NewChannel, NewDomain, Profile, Rung, team_name
from leeward.victim.file.rules.story import Harm, Reporter, Shown, Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.portal.operations import make_begin_token
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.operations.desk import add_note
from leeward.victim.removals.operations.notices import send_notice
from leeward.victim.removals.operations.person import begin_with_new_code, open_hers
from leeward.victim.removals.operations.plans import plan_notices
from leeward.victim.removals.operations.reports import (
    add_items,
    file_report,
    open_report,
    save_consents,
    save_story,
    write_message,
)
from leeward.victim.removals.rules.at_platform import AtPlatform
from leeward.victim.removals.rules.beginning import REPORT, Errand
from leeward.victim.removals.rules.reports import Consents, Item, Path

PLATFORMS = 20
PASSPHRASE = "lantern orbit pepper quilt"  # noqa: S105  # of a database that is thrown away
PLACES = 5
BULK = 100  # notices
SIGNER = "Robin Vale"
OPERATOR, PERSON = Actor.operator(), Actor.person()


@dataclass(frozen=True, kw_only=True)
class House:
    """Everybody, with their keys in clear. Of the reports in `unsent` notices wait to be sent.

    `filler` is one opened file: where no page opens, its texts fill rows.
    """

    worker: str
    moderator: str
    actor: Actor
    keyring: Keyring
    platforms: tuple[IssuedKeys, ...]
    side: AtPlatform
    bearer: Bearer
    report: uuid.UUID
    unsent: tuple[uuid.UUID, ...]
    filler: OpenFile

    @property
    def busiest(self) -> IssuedKeys:
        """The platform at which most requests stand; its queue is measured."""
        return self.platforms[0]

    @property
    def readers(self) -> tuple[Grantee, ...]:
        """Who opens a notice to the busiest platform."""
        return (team_grantee("desk"), team_grantee(team_name(self.busiest.partner.public_id)))


def open_house(*, now: datetime, unsent: int = 0) -> House:
    """Found the desk, hire two people, let the platforms in, and take in one whole report."""
    found_services(by=OPERATOR, now=now)
    found_team(team="desk", by=OPERATOR, now=now)
    user = hire("bench-desk", Role.DESK_PRACTITIONER, now=now)
    keyring = keys.open_teams_with(keys.open_by_passphrase(user=user, passphrase=PASSPHRASE))
    platforms = tuple(_let_in(number, now=now) for number in range(PLATFORMS))
    busiest = platforms[0]
    moderator = hire("bench-moderator", Role.MODERATOR, affiliation=str(busiest.partner.public_id), now=now)
    bearer = _tell(places=PLACES, now=now)
    report = bearer.holds[REPORT]
    _answer(report, worker=actor(user), keyring=keyring, now=now)
    return House(
        worker=user.username,
        moderator=moderator.username,
        actor=actor(user),
        keyring=keyring,
        platforms=platforms,
        side=AtPlatform(
            platform_id=busiest.partner.id,
            keyring=keyring_for_key(busiest.fetch_key, now=now),
            actor=Actor(kind=ActorKind.PLATFORM, id=str(busiest.partner.public_id)),
            is_person=False,
        ),
        bearer=bearer,
        report=report,
        unsent=tuple(_tell(places=PLATFORMS, now=now).holds[REPORT] for _each in range(unsent // PLATFORMS)),
        filler=make_file(
            file=uuid.uuid4(),
            grants={each: [team_grantee("desk")] for each in Compartment},
            by=OPERATOR,
            now=now,
        ),
    )


def hire(name: str, role: Role, *, affiliation: str = "", now: datetime) -> User:
    """Add somebody who signs in by the passphrase of the measured people, for the first time now."""
    link = create_staff(username=name, display_name=SIGNER, role=role, affiliation=affiliation, by=OPERATOR, now=now)
    choose_passphrase(token=link.token, passphrase=PASSPHRASE, now=now)
    return sign_in(username=name, passphrase=PASSPHRASE, now=now)


def _let_in(number: int, *, now: datetime) -> IssuedKeys:
    issued = create_platform(name=f"Platform {number + 1:02}", by=OPERATOR, now=now)
    host, inbox = (
        f"platform-{number + 1}.example",
        NewChannel(kind=ChannelKind.INBOX, rung=Rung.PLATFORM, language="en"),
    )
    add_domain(partner=issued.partner, domain=NewDomain(host=host), by=OPERATOR, now=now)
    add_channel(partner=issued.partner, channel=inbox, by=OPERATOR, now=now)
    profile = Profile(language="en", policy_clause="Rules, 4.2")
    describe_platform(partner=issued.partner, profile=profile, by=OPERATOR, now=now)
    keyring_for_key(issued.fetch_key, now=now)  # somebody reads the inbox
    return issued


def _tell(*, places: int, now: datetime) -> Bearer:
    """Somebody tells of some places, each at another platform, and hands it in."""
    bearer = begin_with_new_code(
        token=make_begin_token(now=now).token, errand=Errand(path=Path.ONLINE), language="en", now=now
    )
    opened = open_hers(bearer=bearer, now=now)
    story = Story(harm=Harm.SHARED, reporter=Reporter.SELF, shown=(Shown.NUDE,), words="It began on Sunday. " * 40)
    save_story(opened=opened, story=story, by=PERSON, now=now)
    save_consents(opened=opened, consents=Consents(notices=True, watching=True), by=PERSON, now=now)
    items = [Item(url=f"https://platform-{number + 1}.example/p/bench") for number in range(places)]
    add_items(opened=opened, items=items, by=PERSON, now=now)
    file_report(opened=opened, by=PERSON, now=now)
    return bearer


def _answer(report: uuid.UUID, *, worker: Actor, keyring: Keyring, now: datetime) -> None:
    """The desk sends a notice to each platform, writes to her, and leaves a note."""
    opened = open_report(reference=report, keyring=keyring, by=worker, now=now, reason="work")
    for plan in plan_notices(opened=opened, signer=SIGNER, now=now):
        send_notice(opened=opened, plan=plan, by=worker, now=now + timedelta(seconds=1))
    add_note(opened=opened, words="Looked at all of them.", by=worker, now=now)
    write_message(opened=opened, words="All platforms have it.", side=Side.TEAM, by=worker, now=now)
