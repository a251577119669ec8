"""The made-up nation's support network: who signed which protocol, who has room, whose people are trained."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from demo.directory.founding import SEED, SERVICES
from demo.directory.making import make_directory
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.victim.network.models import TrainedCount
from leeward.victim.network.operations.members import Part, Protocol, note_training, say_capacity, sign_member
from leeward.victim.network.queries.members import list_members
from leeward.victim.network.rules.clocks import MOST, Terms
from leeward.victim.network.rules.members import Kind, PassedTo, Said, Sector, Way

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


def member_id(name: str) -> UUID:
    """The public id of a made-up member."""
    return uuid5(NAMESPACE_OID, f"network/{name}")


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
