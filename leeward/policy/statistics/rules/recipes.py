"""How each indicator is made of counts: which part of which whole, how it is protected, and how long it changes."""

from dataclasses import dataclass
from enum import StrEnum

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.protection.periods import Frequency
from leeward.foundation.protection.printed import MOST_OFF


class Scope(Labelled):
    """What is counted: stated on every chart, because a share of items is not one of people."""

    REPORTS = "reports", mark("Reports"), "", mark("Counts reports: one is what a person told us at one time.")
    ITEMS = (
        "items",
        mark("Items: one picture at one place"),
        "",
        mark("Counts items: one is a picture at one place. One person can have many."),
    )
    PEOPLE = "people", mark("People"), "", mark("Counts people.")
    PLATFORMS = "platforms", mark("Platforms"), "", mark("Counts platforms: companies that carry what people upload.")
    SERVICES = "services", mark("Support services"), "", mark("Counts support services.")
    ORGANISATIONS = "organisations", mark("Organisations"), "", mark("Counts organisations.")
    STAFF = "staff", mark("Staff"), "", mark("Counts days of members of staff.")
    ASKED_FOR = (
        "asked_for",
        mark("Things asked for"),
        "",
        mark("Counts what people asked the helpline for."),
    )
    REFERRALS = (
        "referrals",
        mark("Referrals: one service asked for one person"),
        "",
        mark("Counts the times that a service was asked to help somebody. One person’s referral can ask up to three."),
    )
    CALLS = "calls", mark("Calls"), "", mark("Counts calls: one person can call many times.")
    PRACTICES = "practices", mark("Practices"), "", mark("Counts pages on the support network’s shelf.")
    MONTHS = "months", mark("Months"), "", mark("Counts whole months.")
    DAYS = "days", mark("Days"), "", mark("Counts days.")
    WARNINGS = "warnings", mark("Early warnings"), "", mark("Counts early warnings about tactics, never people.")
    HASHES = "hashes", mark("Hashes"), "", mark("Counts hashes: one picture has several.")
    ORDERS = (
        "orders",
        mark("Court orders: what one order asks of one addressee"),
        "",
        mark("Counts what a court’s order asks of one addressee. One order can ask several."),
    )
    CONVICTIONS = "convictions", mark("Convictions"), "", mark("Counts convictions, as courts note them.")
    CHANCES = (
        "chances",
        mark("Orders that could be asked for"),
        "",
        mark("Counts each type of order that could be asked for at each conviction."),
    )
    AUTHORITIES = "authorities", mark("Authorities"), "", mark("Counts authorities that hand in counts.")
    PERSONS = (
        "persons",
        mark("Persons, by their principal offence"),
        "",
        mark("Counts persons whose case ended in court, each once."),
    )
    OFFENCES = "offences", mark("Offences"), "", mark("Counts offences.")
    TRAINED = (
        "trained",
        mark("People under a course"),
        "",
        mark("Counts people for each course that their post asks for. Whoever is under two is counted in both."),
    )
    PASSES = "passes", mark("Passes of courses"), "", mark("Counts passes: one person can pass several courses.")
    CHANGES = "changes", mark("Changes for courses"), "", mark("Counts changes outside that a course may have to tell.")
    TALKS = "talks", mark("Answers in first calls"), "", mark("Counts answers that people gave in the training talk.")
    PROGRAMMES = (
        "programmes",
        mark("Referrals to programmes"),
        "",
        mark("Counts referrals of people who did harm to a programme. One person can be referred more than once."),
    )
    SIGNALS = (
        "signals",
        mark("What programmes tell"),
        "",
        mark("Counts what programmes tell the helpline, never people."),
    )
    CHECKS = "checks", mark("Self-checks"), "", mark("Counts self-checks that were taken to their end, without a name.")
    SHOWINGS = "showings", mark("Showings of a text"), "", mark("Counts how often a text was shown, never people.")


class Theme(Labelled):
    """The heading under which an indicator stands."""

    REMOVAL = "removal", mark("Removal")
    PLATFORMS = "platforms", mark("How platforms respond")
    PREVENTION = "prevention", mark("The exchange of hashes")
    SUPPORT = "support", mark("Support")
    INDUSTRY = "industry", mark("The national declaration")
    JUSTICE = "justice", mark("Criminal justice")
    PREVALENCE = "prevalence", mark("How common it is")
    AWARENESS = "awareness", mark("What people know")


class Breakdown(StrEnum):
    """By what a series is broken down besides time."""

    PLATFORM = "platform"
    RUNG = "rung"
    HELP = "help"
    ORDER = "order"
    EMPLOYER = "employer"  # and by role within it
    TURN = "turn"
    REFERRAL = "referral"  # by who refers, and by the kind of the programme
    ENDING = "ending"


class Better(StrEnum):
    """Whether an indicator gets better as it grows."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Shape(StrEnum):
    """How a value is made of its counts."""

    SHARE = "share"  # a part of a whole, in per cent
    RATIO = "ratio"  # one count for each one of another
    COUNT = "count"
    QUANTILE = "quantile"


class Protection(StrEnum):
    """Whether a count could point to somebody."""

    PEOPLE = "people"  # of people: small counts are suppressed, all are rounded
    OPEN = "open"  # of a list that is public anyway, such as the directory: published as it is
    PRINTED = "printed"  # hidden and rounded in the room that counts it: what that prints is published, and no more


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one indicator is made. `part` and `whole` name measures of the gatherer; a count has no whole."""

    indicator_id: str
    shape: Shape
    part: str
    whole: str = ""
    follow_up_days: int = 0
    protection: Protection = Protection.PEOPLE
    breakdown: Breakdown | None = None
    # A stock, the state of things on a day: a period shows its last day, which cannot be gathered later.
    is_snapshot: bool = False
    # Whether it is counted by quarter alone, also of everything.
    is_by_quarter: bool = False
    # The most by which its counts were rounded.
    off: int = MOST_OFF
    # Whether its group stands for what chance could have given, so that its range is that of a sample too.
    is_sampled: bool = False

    @property
    def step(self) -> Frequency:
        """The step at which it is told first."""
        return Frequency.QUARTER if self.is_by_quarter else Frequency.MONTH

    @property
    def apart_step(self) -> Frequency:
        """The step by which it is told apart."""
        return Frequency.MONTH if self.is_snapshot else Frequency.QUARTER

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that it is made of."""
        return tuple(measure for measure in (self.part, self.whole) if measure)
