"""The tours of the demonstration: one page each, and who one is on it."""

from dataclasses import dataclass

from leeward.foundation.labels import mark


@dataclass(frozen=True, kw_only=True)
class Tour:
    """One tour: its page, what one does on it, as whom, and how long it takes.

    `people`: the names of the staff who sign in. `alone`: it needs nothing but the web server; the others need the
    people and sites that `leeward demo` brings.
    """

    key: str
    title: str
    who: str
    minutes: int
    people: tuple[str, ...] = ()
    alone: bool = False


TOURS = (
    Tour(
        key="photo",
        title=mark("Stop a photo before it spreads"),
        who=mark("The person in the photo"),
        minutes=10,
        alone=True,
    ),
    Tour(
        key="desk",
        title=mark("Have something taken down"),
        who=mark("The removal desk"),
        minutes=15,
        people=("Sasha Reed", "Noor Hale", "Lena Marsh"),
    ),
    Tour(
        key="helpline",
        title=mark("Spend the first hour of a shift at the helpline"),
        who=mark("The helpline"),
        minutes=5,
        people=("Amal Rowe", "Jonas Fell"),
    ),
    Tour(
        key="inbox",
        title=mark("Have a member’s inbox before you"),
        who=mark("A service of the network"),
        minutes=5,
        people=("Ruth Pell", "Hugo Lind"),
    ),
    Tour(
        key="change",
        title=mark("Help somebody who did harm to stop"),
        who=mark("A programme’s worker"),
        minutes=8,
        people=("Wes Harte", "Nadia Birch", "Clara Voss"),
    ),
    Tour(
        key="locker",
        title=mark("Write it down at three in the night"),
        who=mark("A person who keeps proof"),
        minutes=5,
        people=("Amal Rowe",),
    ),
    Tour(key="pack", title=mark("Be an officer who is given a pack"), who=mark("A police officer"), minutes=4),
    Tour(
        key="warning",
        title=mark("Raise a warning with the fifth case"),
        who=mark("The network’s secretary"),
        minutes=6,
        people=("Amal Rowe", "Hugo Lind", "Selma Frost"),
    ),
    Tour(
        key="parity", title=mark("See where help differs"), who=mark("The helpline"), minutes=2, people=("Amal Rowe",)
    ),
    Tour(
        key="court",
        title=mark("Ask for an order, record it, and see it obeyed"),
        who=mark("A court’s clerk"),
        minutes=12,
        people=("Clara Voss", "Otis Crane", "Orla Penn", "Noor Hale"),
    ),
    Tour(
        key="support",
        title=mark("Find somebody to talk to"),
        who=mark("A person who looks for help"),
        minutes=5,
        people=("Dana Quay",),
    ),
    Tour(
        key="declaration",
        title=mark("See who keeps the national declaration"),
        who=mark("The declaration’s desk"),
        minutes=5,
        people=("Robin Vale",),
    ),
    Tour(
        key="assessment",
        title=mark("See how the country is doing against its model"),
        who=mark("A reviewer"),
        minutes=10,
        people=("Tariq Stone", "Petra Knoll"),
    ),
    Tour(
        key="nation",
        title=mark("See how the country is doing, in numbers"),
        who=mark("A reader"),
        minutes=5,
        people=("Lena Marsh", "Petra Knoll", "Ines Calder"),
    ),
    Tour(
        key="pages",
        title=mark("Change what everybody reads, and let its paper know"),
        who=mark("A policy officer"),
        minutes=5,
        people=("Petra Knoll", "Ines Calder", "Dana Quay"),
    ),
    Tour(
        key="survey",
        title=mark("Take part in a survey, and run one"),
        who=mark("A person who is asked"),
        minutes=5,
        people=("Ines Calder", "Petra Knoll"),
    ),
    Tour(
        key="outcomes",
        title=mark("See what becomes of offences, and count it"),
        who=mark("A police force’s analyst"),
        minutes=5,
        people=("Stellan Moor", "Nils Ames", "Maud Fell"),
    ),
    Tour(key="call", title=mark("Be an officer in a first call"), who=mark("A police officer"), minutes=8),
    Tour(
        key="training",
        title=mark("See who is trained, in today’s version"),
        who=mark("A police force’s training lead"),
        minutes=6,
        people=("Otto Brand", "Petra Knoll", "Ada Crane"),
    ),
    Tour(
        key="strategy",
        title=mark("Follow the national strategy"),
        who=mark("A policy officer"),
        minutes=5,
        people=("Petra Knoll",),
    ),
)
BY_KEY = {each.key: each for each in TOURS}
