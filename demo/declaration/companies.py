"""A dozen made-up signatories: some keep their word, some have lapsed or come back, two have left."""

from dataclasses import dataclass

from leeward.industry.declarations.rules.terms import LeavingKind, OrganisationKind


@dataclass(frozen=True, kw_only=True)
class Company:
    """One made-up organisation; all days are days ago. `shown`: a commitment's code and when evidence came."""

    name: str
    kind: OrganisationKind
    host: str
    signed: tuple[int, ...]
    shown: tuple[tuple[str, int], ...] = ()
    statement: int | None = None
    dead_since: int | None = None
    waiting: tuple[tuple[str, int], ...] = ()
    left: tuple[int, LeavingKind, str] | None = None


YEARLY = ("named-lead", "clear-rules", "public-figures")
MADE_UP = (
    Company(
        name="Lantern",
        kind=OrganisationKind.PLATFORM,
        host="lantern.example",
        signed=(390, 52),
        shown=(*((code, 375) for code in YEARLY), *((code, 48) for code in YEARLY), ("trained-people", 47)),
        statement=45,
    ),
    Company(
        name="Picture House",
        kind=OrganisationKind.PLATFORM,
        host="picturehouse.example",
        signed=(380, 55),
        shown=(
            ("named-lead", 365),
            ("named-lead", 30),
            ("clear-rules", 40),
            ("clear-rules", 300),
            ("public-figures", 345),
            ("trained-people", 50),
        ),
        statement=50,
        waiting=(("public-figures", 1),),
    ),
    Company(
        name="Market Square",
        kind=OrganisationKind.PLATFORM,
        host="marketsquare.example",
        signed=(370, 58),
        shown=(("named-lead", 350), ("named-lead", 20), ("clear-rules", 290), ("trained-people", 15)),
        statement=41,
    ),
    Company(
        name="Old Harbour",
        kind=OrganisationKind.PLATFORM,
        host="oldharbour.example",
        signed=(395,),
        shown=(("named-lead", 380),),
        left=(150, LeavingKind.OWN, "Its new owners did not wish to go on."),
    ),
    Company(
        name="Fairhaven Courier",
        kind=OrganisationKind.MEDIA,
        host="courier.example",
        signed=(360, 50),
        shown=(*((code, 340) for code in YEARLY), *((code, 25) for code in YEARLY), ("trained-people", 44)),
        statement=49,
    ),
    Company(
        name="Bay Radio",
        kind=OrganisationKind.MEDIA,
        host="bayradio.example",
        signed=(250,),
        shown=tuple((code, 200) for code in YEARLY),
    ),
    Company(
        name="Fairhaven Digital Association",
        kind=OrganisationKind.TRADE_BODY,
        host="association.example",
        signed=(12,),
        statement=9,
    ),
    Company(
        name="Harbour Telecom",
        kind=OrganisationKind.OTHER,
        host="telecom.example",
        signed=(385, 40),
        shown=(
            ("named-lead", 310),
            ("clear-rules", 310),
            ("public-figures", 290),
            ("named-lead", 38),
            ("clear-rules", 37),
            ("trained-people", 35),
        ),
        statement=39,
    ),
    Company(
        name="Meridian Advertising",
        kind=OrganisationKind.OTHER,
        host="meridian.example",
        signed=(59,),
        shown=(("named-lead", 55), ("clear-rules", 54), ("trained-people", 50)),
        statement=57,
        dead_since=42,
    ),
    Company(
        name="Northquay Games",
        kind=OrganisationKind.PLATFORM,
        host="northquay.example",
        signed=(355,),
        shown=(("named-lead", 340),),
        left=(90, LeavingKind.REMOVED, "It showed as evidence a page that it had written for us alone."),
    ),
    Company(
        name="Tern Payments",
        kind=OrganisationKind.OTHER,
        host="tern.example",
        signed=(350, 30),
        shown=(*((code, 330) for code in YEARLY), *((code, 28) for code in YEARLY), ("trained-people", 20)),
        statement=18,
    ),
    Company(
        name="Cobalt Hosting",
        kind=OrganisationKind.OTHER,
        host="cobalt.example",
        signed=(300, 35),
        # It was late by three months, and came back: its record shows both.
        shown=(*((code, 120) for code in YEARLY), ("trained-people", 30)),
        statement=33,
    ),
)
