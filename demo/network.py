"""The made-up nation's support network: who signed what, has room, is trained, and what the network warns of."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from demo.directory.founding import SEED, SERVICES
from demo.directory.making import make_directory
from leeward.foundation.accounts.queries import staff_of_role
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.days import local_day
from leeward.foundation.editions.operations import sign_edition
from leeward.foundation.editions.queries import find_draft
from leeward.foundation.vault.operations import open_service
from leeward.foundation.vault.rules.grants import Service
from leeward.society.directory.queries.names import published_names
from leeward.victim.file.rules.paths import PATHS, SupportPath
from leeward.victim.network.models import Alert, AlertLetter, TrainedCount
from leeward.victim.network.operations.alerts import answer_alert, name_gap, set_plan, sign_alert, word_alert
from leeward.victim.network.operations.joining import ask_to_join
from leeward.victim.network.operations.members import Protocol, say_capacity, sign_member
from leeward.victim.network.operations.practices import save_practice
from leeward.victim.network.operations.reviews import answer_review, give_review
from leeward.victim.network.operations.tactics import add_sighting, begin_tactic
from leeward.victim.network.operations.training import note_training
from leeward.victim.network.operations.warning import write_of_alerts
from leeward.victim.network.published import draft
from leeward.victim.network.queries.alerts import read_plan
from leeward.victim.network.queries.bulletin import BULLETIN
from leeward.victim.network.queries.members import list_members
from leeward.victim.network.queries.practices import list_practices
from leeward.victim.network.queries.reviews import list_paths
from leeward.victim.network.rules.clocks import MOST, Terms
from leeward.victim.network.rules.members import Kind, MemberState, Part, PassedTo, Said, Sector, Way
from leeward.victim.network.rules.practices import NewPractice
from leeward.victim.network.rules.reviews import NewReview
from leeward.victim.network.rules.tactics import (
    AnswerKind,
    Channel,
    Demand,
    Lever,
    Means,
    TacticWords,
    WayIn,
)

DAY = timedelta(days=1)
# What members' people are trained in, by the codes of training.
CARE, LAW = "image-abuse-care", "image-abuse-law"


@dataclass(frozen=True, kw_only=True)
class Made:
    """One member: its service in the directory, what it takes, and until how many days from today it has signed.

    `room`: what it said last of each kind, and how many days ago. `trained`: of how many people how many are.
    """

    service: str
    sector: Sector
    kinds: tuple[Kind, ...]
    name: str = ""
    signed_ago: int = 200
    days: int = 530
    terms: Terms = MOST
    passes_to: frozenset[PassedTo] = frozenset()
    passes_on: str = ""
    room: tuple[tuple[Kind, Said, int, int | None], ...] = ()
    trained: tuple[tuple[str, int, int], ...] = ((CARE, 9, 10),)
    # Where it is written; one without accounts comes in by the links in these mails.
    mailbox: str = ""
    way: Way = Way.ACCOUNTS

    @property
    def title(self) -> str:
        """As it signed."""
        return self.name or self.service


SHELTER, TALK = Kind.SHELTER, Kind.TALK
MEMBERS = (
    Made(
        service="Coral Ladder House",
        sector=Sector.SUPPORT,
        kinds=(SHELTER, TALK, Kind.CHILDREN),
        room=((SHELTER, Said.ROOM, 1, 2), (TALK, Said.WAITING_LIST, 3, None)),
        trained=((CARE, 14, 16), (LAW, 13, 16)),
    ),
    Made(
        service="Windward Refuge",
        sector=Sector.SUPPORT,
        kinds=(SHELTER,),
        room=((SHELTER, Said.FULL, 2, 0),),
    ),
    Made(
        service="Fairhaven Bay safe homes",
        sector=Sector.SUPPORT,
        kinds=(SHELTER,),
        room=((SHELTER, Said.LOOK_FIRST, 20, None),),
    ),
    Made(
        service="Mooring LGBTQ+ support",
        sector=Sector.SUPPORT,
        kinds=(TALK, Kind.COMMUNITY),
        room=((TALK, Said.ROOM, 4, None), (Kind.COMMUNITY, Said.ROOM, 4, None)),
    ),
    Made(
        service="After it was shared: counselling",
        sector=Sector.HEALTH,
        kinds=(TALK, Kind.HEALTH),
        room=((Kind.HEALTH, Said.WAITING_LIST, 6, None),),
    ),
    Made(
        service="Outer Isles Police, image abuse unit",
        name="Outer Isles Police",
        sector=Sector.POLICE,
        kinds=(Kind.POLICE,),
        terms=Terms(accept_days=1, accept_hours=2, act_days=2, act_days_urgent=1),
        passes_to=frozenset({PassedTo.POLICE, PassedTo.IMMIGRATION, PassedTo.CHILDREN}),
        passes_on="Police officers must record a crime that they learn of, and ask about the right to stay.",
        room=((Kind.POLICE, Said.ROOM, 1, None),),
    ),
    Made(
        service="Northcliff homeless team",
        name="Northcliff Social Care",
        sector=Sector.SOCIAL,
        kinds=(Kind.SOCIAL, SHELTER),
        passes_to=frozenset({PassedTo.CHILDREN}),
        passes_on="Where a child may be in danger, we must tell the authority for children.",
        room=((Kind.SOCIAL, Said.LOOK_FIRST, 2, None),),
    ),
    Made(
        service="Little Brook at Work",
        sector=Sector.WORK,
        kinds=(Kind.WORK,),
        passes_to=frozenset({PassedTo.EMPLOYER}),
        passes_on="We tell the employer whether somebody can work, and never why not.",
        room=((Kind.WORK, Said.ROOM, 8, None),),
    ),
    Made(service="Law Centre by the Sea", sector=Sector.LAW, kinds=(Kind.LAW,), room=((Kind.LAW, Said.ROOM, 3, None),)),
    Made(
        service="Puffin device check",
        sector=Sector.OTHER,
        kinds=(Kind.DEVICE,),
        mailbox="bench@puffin.example",
        way=Way.LINK,
    ),
    Made(
        service="Eastmarsh case conference desk",
        sector=Sector.MEETING,
        kinds=(Kind.MEETING,),
        passes_to=frozenset({PassedTo.POLICE, PassedTo.CHILDREN}),
        passes_on="The police and the authority for children sit at the table.",
    ),
    # Signed for a year, and nobody has prolonged it.
    Made(service="Breakwater Advocates", sector=Sector.SUPPORT, kinds=(TALK, Kind.LAW), signed_ago=395, days=365),
    # Three of nine are trained, so it is not proposed first.
    Made(
        service="Fairhaven Health Centre",
        sector=Sector.HEALTH,
        kinds=(Kind.HEALTH,),
        room=((Kind.HEALTH, Said.ROOM, 5, None),),
        trained=((CARE, 3, 9),),
    ),
)


# Who works at a member, so that something can be passed on to it: name, name on pages and member.
MEMBER_PEOPLE = (
    ("ruth", "Ruth Pell", "Coral Ladder House"),
    ("bo", "Bo Marsden", "Coral Ladder House"),
    ("kit", "Kit Arden", "Mooring LGBTQ+ support"),
    ("omar", "Omar Tell", "Outer Isles Police"),
    ("may", "May Orde", "Eastmarsh case conference desk"),
    ("wanda", "Wanda Gale", "Windward Refuge"),
    ("fay", "Fay Holt", "Fairhaven Bay safe homes"),
    ("cora", "Cora Venn", "After it was shared: counselling"),
    ("mads", "Mads Crag", "Northcliff Social Care"),
    ("lou", "Lou Becker", "Little Brook at Work"),
    ("sol", "Sol Marten", "Law Centre by the Sea"),
    ("hana", "Hana Doyle", "Fairhaven Health Centre"),
)
# Pages on the shelf, with what was measured of them, and in how many days each is looked at again.
SHELF = (
    NewPractice(
        page="safe-accounts",
        measured="How many whose accounts were made safe with them wrote about the same account again within 30 days.",
        result="7 of 112 did; before the page, 31 of 118.",
        measured_by="Fairhaven helpline and Puffin device check",
        source="https://research.fairhaven.example/safe-accounts",
        review_on=date.min,
    ),
    NewPractice(
        page="keeping-proof",
        measured="In how many reports the police could use what the person had kept, read by two officers.",
        result="41 of 60 with the page, 22 of 60 without it.",
        measured_by="Outer Isles Police",
        source="",
        review_on=date.min,
    ),
)
REVIEW_IN = (240, 45)
# Who read the advice for a path, with which member, what they said, in how many days they are asked again, what came.
READ = (
    (
        SupportPath.OUTING,
        "Mooring LGBTQ+ support",
        "five people who were outed, and two who advise them",
        "“You owe nobody an answer” helped most. Say earlier that you contact nobody at work.",
        300,
        "It stands in the first part of “What we do not do” now.",
    ),
    (
        SupportPath.COMMUNITY,
        "Coral Ladder House",
        "eight women of three communities, with an interpreter from elsewhere",
        "A picture without a headscarf is reason enough: say so in these words. No law here names it.",
        200,
        "",
    ),
    (
        SupportPath.SEXTORTION,
        "Fairhaven Health Centre",
        "four men who were blackmailed",
        "We would not have read a page that speaks of shame first. This one says what to do.",
        120,
        "Left as it is.",
    ),
)
# What an organisation wrote that asks to join.
ASKED_WORDS = "We talk with people under 25, by chat, every evening. We could take two a day."


def member_id(name: str) -> UUID:
    """The public id of a made-up member."""
    return uuid5(NAMESPACE_OID, f"network/{name}")


def found_shelf(*, now: datetime) -> None:
    """Put pages on the network's shelf, and let an organisation ask to join; safe to call again."""
    by = Actor.operator()
    if not list_practices(language="en", today=local_day(now)):
        for practice, days in zip(SHELF, REVIEW_IN, strict=True):
            save_practice(new=replace(practice, review_on=local_day(now) + days * DAY), by=by, now=now)
    found_reviews(by=by, now=now)
    names = dict(published_names())
    members = {each.organization for each in list_members()}
    asking = next((organization for organization in names if organization not in members), None)
    if asking and not any(each.state is MemberState.APPLICANT for each in list_members()):
        sector = Sector.SUPPORT
        ask_to_join(organization=asking, name=names[asking], sector=sector, words=ASKED_WORDS, by=by, now=now)


def found_reviews(*, by: Actor, now: datetime) -> None:
    """Let members say who read the advice for some paths; for the others nobody did. Safe to call again."""
    today = local_day(now)
    if any(each.reviews for each in list_paths(language="en", today=today)):
        return
    rows = {row.code: row for row in PATHS}
    for code, member, people, said, days, answer in READ:
        review = give_review(
            path=rows[code],
            new=NewReview(people=people, said=said, review_on=today + days * DAY),
            member=member_id(member),
            language="en",
            by=by,
            now=now,
        )
        if answer:
            answer_review(reference=review, words=answer, by=by, now=now)


def found_members(*, now: datetime) -> None:
    """Let everybody sign who has not yet, each as long ago as it did; safe to call again."""
    known = {each.public_id for each in list_members()}
    missing = [made for made in MEMBERS if member_id(made.title) not in known]
    if not missing:
        return
    services = make_directory(services=SERVICES, seed=SEED, today=local_day(now)).services
    records = {record.name: record for record in services}
    by = Actor.operator()
    for made in missing:
        record, member, signed_at = records[made.service], member_id(made.title), now - made.signed_ago * DAY
        protocol = Protocol(
            name=made.title,
            organization=record.organization_id,
            sector=made.sector,
            version=2,
            until=local_day(signed_at) + made.days * DAY,
            parts=[Part(service=record.id, kinds=frozenset(made.kinds), languages=frozenset(record.languages))],
            terms=made.terms,
            passes_to=made.passes_to,
            passes_on=made.passes_on,
            way=made.way,
            mailbox=made.mailbox,
        )
        sign_member(protocol=protocol, member=member, by=by, now=signed_at)
        for kind, said, days, places in made.room:
            at = now - days * DAY
            say_capacity(member=member, service=record.id, kind=kind, said=said, places=places, by=by, now=at)
        for requirement, in_date, people in made.trained:
            note_training(
                member=member,
                requirement=requirement,
                in_date=in_date,
                people=people,
                as_of=local_day(now - 30 * DAY),
                source=TrainedCount.Source.DECLARED,
                by=by,
                now=now,
            )


# --- warnings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Warned:
    """A tactic: on how many days ago it was seen, and what became of the alert, if its fifth sighting raised one.

    `helps` and the Arabic: what the alert says besides. `answer`: what the government said, so many days after it left.
    """

    said: TacticWords
    seen: tuple[int, ...]
    helps: str = ""
    arabic: tuple[str, str] = ("", "")
    answer: tuple[AnswerKind, str, int] | None = None


AGENCY = TacticWords(
    words="A false model agency asks for test pictures, then wants money not to send them to the family.",
    channel=Channel.SOCIAL,
    way_in=WayIn.OFFER,
    lever=Lever.TELLING,
    demand=Demand.MONEY,
    means=Means.REAL,
)
OFFICE = "Ministry of Justice, unit for harm online (made up)"
GAPS = (
    "Threatening to send a picture is no crime where none is sent.",
    "A false account that uses somebody’s face and no intimate picture is covered by nothing.",
)


def warnings(now: datetime) -> tuple[Warned, ...]:
    """What was seen until now; the first went out in the month that is over, whatever day it is."""
    last = local_day(now).day + 1  # so many days ago was the last but one day of the last month
    return (
        Warned(
            said=AGENCY,
            seen=tuple(last + each for each in (30, 26, 24, 21, 18, 9, 8, 8, 6, 6, 5, 4, 3, 3, 2, 1)),
            helps="Do not pay, keep the chat, hash the pictures today, and report the account as a false business.",
            arabic=(
                "وكالة عرض أزياء زائفة تطلب صورًا تجريبية، ثم تطلب مالًا حتى لا ترسلها إلى العائلة.",
                "لا تدفع، واحتفظ بالمحادثة، واصنع بصمات للصور اليوم، وأبلغ عن الحساب بوصفه نشاطًا تجاريًا زائفًا.",
            ),
            answer=(AnswerKind.ACTING, "We have asked the platforms to close such business accounts within a day.", 6),
        ),
        Warned(
            said=TacticWords(
                words="A caller poses as the police and asks for the pictures as evidence.",
                channel=Channel.CALL,
                way_in=WayIn.STRANGER,
                lever=Lever.AUTHORITY,
                demand=Demand.PICTURES,
                means=Means.CLAIMED,
            ),
            seen=(44, 40, 33, 27, 22, 21, 21, 15),
            helps="The police never ask for pictures by phone. Hang up, and call the police back on their own number.",
        ),
        Warned(
            said=TacticWords(
                words="In a game’s chat somebody offers a rare item for a picture, then threatens to tell the school.",
                channel=Channel.GAMES,
                way_in=WayIn.STRANGER,
                lever=Lever.TELLING,
                demand=Demand.PICTURES,
                means=Means.REAL,
            ),
            seen=(20, 13, 6, 2),
        ),
    )


def found_warnings(*, now: datetime) -> None:
    """Let tactics be seen, warned of and answered, where that has not happened yet; safe to call again.

    One alert is answered, one overdue; the third tactic has four sightings, so that a visitor's is the fifth.
    """
    workers, secretaries, leads = (
        [Actor(kind=ActorKind.STAFF, id=each.reference) for each in staff_of_role(role)]
        for role in (Role.PRACTITIONER, Role.NETWORK_SECRETARY, Role.HELPLINE_LEAD)
    )
    if read_plan().office or len(workers) < 2 or not secretaries or not leads:
        return
    hugo, selma, then = secretaries[0], leads[0], now - 100 * DAY
    times = {"first": time(10), "second": time(16)}
    set_plan(office=OFFICE, mailbox="harm-online@justice.example", language="en", **times, by=hugo, now=then)
    for place, words in enumerate(GAPS):
        name_gap(gap=uuid5(NAMESPACE_OID, f"network/gap/{place}"), words=words, by=hugo, now=then)
    for number, warned in enumerate(warnings(now)):
        tactic = uuid5(NAMESPACE_OID, f"network/tactic/{number}")
        for place, ago in enumerate(warned.seen):
            told: dict[str, Any] = {"tactic": tactic, "reference": uuid5(tactic, str(place)), "team": "helpline"}
            at, by = now - ago * DAY, workers[place % 2]
            if place:
                add_sighting(**told, by=by, now=at)
            else:
                begin_tactic(**told, said=warned.said, by=by, now=at)
            if place == 4:
                _send(tactic, warned, writer=hugo, reader=selma, now=at)
    name = draft(title="Bulletin of the support network (made up)", by=hugo, now=now)
    sign_edition(shelf=BULLETIN, name=name, sha256=find_draft(BULLETIN, name).sha256, by=selma, now=now)


def _send(tactic: UUID, warned: Warned, *, writer: Actor, reader: Actor, now: datetime) -> None:
    """One words it, another reads it, it leaves, and the government answers, or does not."""
    alert = Alert.objects.get(tactic__public_id=tactic)
    words, helps = {"en": warned.said.words, "ar": warned.arabic[0]}, {"en": warned.helps, "ar": warned.arabic[1]}
    word_alert(alert=alert.public_id, words=words, helps=helps, by=writer, now=now)
    sha256 = Alert.objects.get(pk=alert.pk).sha256
    sign_alert(alert=alert.public_id, sha256=sha256, by=reader, now=now)
    left = now + DAY
    write_of_alerts(now=left, limit=100, forwarder=open_service(Service.FORWARDER))
    if warned.answer:
        kind, words_, days = warned.answer
        letter = AlertLetter.objects.get(alert=alert, member__isnull=True)
        answer_alert(letter=letter.pk, kind=kind, words=words_, by=Actor.system(), now=left + days * DAY)
