"""The made-up nation's court: its type of order, a clerk, two officers, and orders in every state."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from uuid import NAMESPACE_OID, UUID, uuid5

from demo.desk.telling import HOSTS
from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.operations import keys
from leeward.foundation.accounts.operations.trail import actor
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.duties.rules import Commencement
from leeward.industry.platforms.queries import find_partner_by_name
from leeward.justice.courts.management.commands.load_orders import SHIPPED
from leeward.justice.courts.models import Order, Sheet
from leeward.justice.courts.operations.effects import GivenEffect, give_effect
from leeward.justice.courts.operations.founding import keep_court, load_types
from leeward.justice.courts.operations.recording import confirm_order, record_order
from leeward.justice.courts.operations.serving import note_happening, serve_target
from leeward.justice.courts.operations.sheets import keep_sheets
from leeward.justice.courts.operations.turning import revoke_order, stay_order
from leeward.justice.courts.rules.orders import Answers
from leeward.justice.courts.rules.sheets import Conviction, SheetEntry, week_of
from leeward.justice.courts.rules.terms import (
    Action,
    Addressee,
    Effect,
    Happening,
    Impact,
    LineState,
    Refusal,
    Sought,
    Told,
    Way,
)
from leeward.justice.courts.rules.types import OrderType, Pair, read_types
from leeward.victim.removals.rules.at_platform import AtPlatform

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
COURT = "Fairhaven Harbour Court"
COMPANY = "Picture House"  # its people answer on pages, so that an order can be answered by hand
# A law of a made-up nation, so that orders can be recorded; it says so in its own name.
FAIRHAVEN_ORDER = OrderType(
    code="xx-removal",
    name="Fairhaven removal order (made up)",
    jurisdiction="Fairhaven",
    pairs=(
        Pair(addressee=Addressee.PLATFORM, action=Action.REMOVE),
        Pair(addressee=Addressee.SEARCH, action=Action.DEINDEX),
        Pair(addressee=Addressee.PERSON, action=Action.DELETE_COPIES),
    ),
    ways=(Way.DOOR, Way.EMAIL, Way.HAND),
    hours=48,
    regime="xx-osa",
    redress="Fairhaven Court of Appeal",
    legal_basis="Fairhaven Image Abuse Act, section 9 (made up)",
    source_name="Made up for the demonstration",
    commencement=Commencement.IN_FORCE,
    checked_on=date(2026, 1, 1),
    is_switched_on=True,
)
QUARTERS, REFUSED, OFFENCES = 8, 0.2, ("XX-9", "XX-9.2", "XX-14")
REASONS = "The pictures were shared without the agreement of the person shown. The court has found it proven."


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Somebody of the court, the Centre or a company, with their keys."""

    user: User
    ring: Keyring

    @property
    def by(self) -> Actor:
        """As the trail knows them."""
        return actor(self.user)


def court_id(name: str) -> UUID:
    """The id of a made-up court, the same each time."""
    return uuid5(NAMESPACE_OID, f"court/{name}")


def found_court(*, now: datetime) -> None:
    """Bring in the types that ship and the made-up one, and name the court. Safe to repeat."""
    by = Actor.operator()
    load_types(types=[*read_types(SHIPPED.read_text(encoding="utf-8")), FAIRHAVEN_ORDER], by=by, now=now)
    keep_court(name=COURT, jurisdiction="Fairhaven", contact="+0 555 0140", court=court_id(COURT), by=by, now=now)


def found_orders(passphrases: Mapping[str, str], *, now: datetime) -> None:
    """Record orders in every state, by those who work there, if there are none yet."""
    if Order.objects.exists() or not {"clara", "orla", "otis", "noor"} <= set(passphrases):
        return
    clara, orla, otis, noor = (_hand(name, passphrases) for name in ("clara", "orla", "otis", "noor"))
    partner = find_partner_by_name(COMPANY)
    company = AtPlatform(platform_id=partner.id, keyring=noor.ring, actor=noor.by)
    record = partial(_record, clara, now=now)

    def serve(number: str, days: float) -> str:
        at = now - days * DAY
        serve_target(number=number, ordinal=1, way=Way.DOOR, at=at, keyring=orla.ring, by=orla.by, now=at)
        return number

    def tell(number: str, effect: Effect, *territory: str, days: float) -> str:
        given = GivenEffect(effect=effect, at=now - days * DAY, territory=territory, reason="")
        give_effect(side=company, number=number, given=given, now=now - days * DAY)
        return number

    def note(number: str, kind: Happening, days: float) -> str:
        at = now - days * DAY
        note_happening(number=number, ordinal=1, kind=kind, at=at, by=orla.by, now=at)
        return number

    record(1, days=1)
    serve(record(2, days=2), 0.5)
    serve(record(3, days=6), 5)
    tell(serve(record(4, days=9), 8), Effect.FULL, "*", days=7)
    tell(serve(record(5, days=9), 8), Effect.PARTLY, "XX", days=7)
    note(tell(serve(record(6, days=20), 19), Effect.FULL, "*", days=18), Happening.SEEN_DONE, 17)
    note(tell(serve(record(7, days=20), 19), Effect.FULL, "*", days=18), Happening.SEEN_UP, 2)
    stay_order(number=serve(record(8, days=5), 4), by=clara.by, now=now - 3 * DAY)
    revoke_order(
        number=serve(record(9, days=30), 29), words="The charge was withdrawn.", by=clara.by, now=now - 6 * DAY
    )
    record(11, days=3, follows=serve(record(10, days=12), 11))
    _record(orla, 12, days=1, now=now)
    confirm_order(number=_record(orla, 13, days=2, now=now), keyring=otis.ring, by=otis.by, now=now - DAY)
    note(serve(record(14, days=40), 39), Happening.ENDED, 30)


def found_sheets(*, now: datetime) -> None:
    """What was asked for at the convictions of eight quarters, rising, if there is nothing yet."""
    if Sheet.objects.exists():
        return
    made = Random("sheets of Fairhaven")  # noqa: S311  # the same each time, and nothing secret
    quarter, files = period_of(local_day(now), step=Frequency.QUARTER), []
    for age in range(QUARTERS):
        quarter = period_of(quarter.start - DAY, step=Frequency.QUARTER)
        likely = 0.6 - 0.05 * age
        weeks = [week_of(quarter.start) + 7 * number * DAY for number in range(1, 13)]
        files.append(tuple(_conviction(week, likely, made) for week in weeks for _number in range(5)))
    for told in reversed(files):
        keep_sheets(found={COURT: told}, replaces=None, by=Actor.operator(), now=now)


def _conviction(week: date, likely: float, made: Random) -> Conviction:
    """One made-up conviction at which each order was asked for as likely as said."""

    def entry(code: str, likely: float) -> SheetEntry:
        if made.random() >= likely:
            return SheetEntry(type_code=code, state=LineState.NOT_ASKED)
        if made.random() < REFUSED:
            return SheetEntry(type_code=code, state=LineState.REFUSED, refusal=made.choice(list(Refusal)))
        return SheetEntry(type_code=code, state=LineState.MADE)

    is_told = made.random() < likely
    return Conviction(
        week=week,
        offence=made.choice(OFFENCES),
        impact=Impact.MADE if made.random() < likely else made.choice([Impact.OFFERED, Impact.NONE]),
        told=Told.TOLD if is_told else Told.NO,
        told_days=made.randrange(1, 30) if is_told else None,
        rehabilitation=made.choice(list(Sought)),
        notification=made.choice(list(Sought)),
        entries=(entry(FAIRHAVEN_ORDER.code, likely), entry("plain-devices", likely / 2)),
    )


def _record(hand: Hand, case: int, *, days: float, now: datetime, follows: str = "") -> str:
    at = now - days * DAY
    answers = replace(
        Answers(
            court=str(court_id(COURT)),
            type_code=FAIRHAVEN_ORDER.code,
            file_number=f"K {case}/2026",
            issued_on=local_day(at - 2 * HOUR),
            pair="platform/remove",
            addresses=f"https://{HOSTS[COMPANY]}/post/ordered-{case}",
            territory="*",
            language="en",
            reasons=REASONS,
        ),
        follows=follows,
    )
    return record_order(answers=answers, viewer=hand.user, keyring=hand.ring, by=hand.by, now=at)


def _hand(name: str, passphrases: Mapping[str, str]) -> Hand:
    user = User.objects.get(username=name)
    key = keys.open_by_passphrase(user=user, passphrase=passphrases[name])
    return Hand(user=user, ring=keys.open_teams_with(key))


PEOPLE: tuple[tuple[str, str, Role, str], ...] = (
    ("clara", "Clara Voss", Role.COURT_CLERK, COURT),
    ("orla", "Orla Penn", Role.ORDER_OFFICER, ""),
    ("otis", "Otis Crane", Role.ORDER_OFFICER, ""),
)
