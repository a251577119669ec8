"""The made-up organisations on the map. None of them is anybody's."""

from leeward.policy.strategy.rules.mapping import NewStakeholder
from leeward.policy.strategy.rules.terms import Level, Sector

NATION, COAST, HILLS = "Whole country", "Coast", "Hills"
LOW, SOME, HIGH = Level.LOW, Level.SOME, Level.HIGH


def _body(
    name: str,
    sector: Sector,
    area: str,
    rows: str,
    levels: tuple[Level, Level, Level],
    said: tuple[str, str, str] = ("", "", ""),
) -> NewStakeholder:
    """`levels` are capacity, influence and interest; `said` is the work, the capacity in words, and the funding."""
    capacity, influence, interest = levels
    work, capacity_words, funding = said
    return NewStakeholder(
        name=name,
        sector=sector,
        area=area,
        rows=tuple(rows.split()),
        work=work,
        capacity=capacity,
        capacity_words=capacity_words,
        influence=influence,
        interest=interest,
        funding=funding,
        contact_role="Contact for the strategy (made up)",
    )


BODIES = (
    _body(
        "Ministry of Justice",
        Sector.GOVERNMENT,
        NATION,
        "P2 P3 C1",
        (SOME, HIGH, HIGH),
        ("Leads the strategy and its forum.", "Four posts in the secretariat.", "State budget"),
    ),
    _body("Ministry for Families", Sector.GOVERNMENT, NATION, "P3 V1 S1", (LOW, HIGH, SOME)),
    _body("Ministry of Education", Sector.GOVERNMENT, NATION, "S1", (SOME, HIGH, LOW)),
    _body(
        "Fairhaven Online Safety Commission",
        Sector.REGULATOR,
        NATION,
        "I1 I2 P2",
        (SOME, HIGH, HIGH),
        ("Watches over platforms, and hears complaints.", "Two teams.", "Fees"),
    ),
    _body("Data Protection Office", Sector.REGULATOR, NATION, "P2", (LOW, SOME, SOME)),
    _body(
        "Fairhaven Police",
        Sector.POLICE,
        NATION,
        "C1 C2 V2",
        (SOME, HIGH, HIGH),
        ("Records and investigates.", "A desk of six for online abuse.", "State budget"),
    ),
    _body("Coast Police District", Sector.POLICE, COAST, "C2", (SOME, SOME, HIGH)),
    _body("Hills Police District", Sector.POLICE, HILLS, "C2", (LOW, SOME, LOW)),
    _body("State Prosecution", Sector.PROSECUTORS, NATION, "C1 C2", (LOW, HIGH, SOME)),
    _body("District Courts", Sector.COURTS, NATION, "C1", (LOW, SOME, LOW)),
    _body(
        "Northquay Helpline",
        Sector.NGO,
        NATION,
        "V2 V3 V4",
        (SOME, SOME, HIGH),
        ("Answers around the clock.", "Nine posts, three languages.", "Half state budget, half gifts"),
    ),
    _body("Harbour Women's Network", Sector.NGO, COAST, "V3 V4 V5", (SOME, SOME, HIGH)),
    _body("Saltmere Advice", Sector.NGO, COAST, "V3 V4", (LOW, LOW, HIGH)),
    _body("Hills Victims' Support", Sector.NGO, HILLS, "V3", (LOW, LOW, SOME)),
    _body("Rainbow House", Sector.NGO, NATION, "V5 S2", (LOW, LOW, HIGH)),
    _body("Disability Union", Sector.NGO, NATION, "V1 S2", (LOW, SOME, SOME)),
    _body("Men Who Change", Sector.NGO, NATION, "C1", (LOW, LOW, SOME)),
    _body("Coast Hospital Trust", Sector.HEALTH, COAST, "V1 V4", (SOME, SOME, SOME)),
    _body("Nurses' Chamber", Sector.HEALTH, NATION, "V4", (LOW, SOME, LOW)),
    _body(
        "University of Fairhaven",
        Sector.ACADEMIA,
        NATION,
        "P1 C3",
        (SOME, SOME, HIGH),
        ("Studies violence between partners.", "One chair, two fellows.", "Grants that end next year"),
    ),
    _body("Lantern", Sector.INDUSTRY, NATION, "I1 I2 I3", (HIGH, SOME, HIGH)),
    _body("Picture House", Sector.INDUSTRY, NATION, "I1 I2", (SOME, SOME, SOME)),
    _body("Internet Trade Association", Sector.INDUSTRY, NATION, "I1 I4", (SOME, SOME, SOME)),
    _body("Fairhaven Broadcasting", Sector.MEDIA, NATION, "M1 M2", (HIGH, HIGH, SOME)),
)
# Its name is for the secretariat alone: it is a house that must not be found.
REFUGE = NewStakeholder(
    name="A refuge",
    sector=Sector.NGO,
    area=COAST,
    rows=("V3", "V4"),
    capacity=LOW,
    influence=LOW,
    interest=HIGH,
    named=False,
)
ALL = (*BODIES, REFUGE)
