"""What happened, as a person tells it: in ticks and words, each of which may be left out."""

from dataclasses import dataclass, replace

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark

LONGEST_STORY = 10_000


class Harm(Labelled):
    """What is being done. The desk's notices, routes and first help depend on it."""

    SHARED = "shared", mark("Shared")
    THREATENED = "threatened", mark("Threatened")
    SEXTORTION = "sextortion", mark("Blackmail (sextortion)")
    FILMED_SECRETLY = "filmed_secretly", mark("Filmed secretly")
    MADE_BY_AI = "made_by_ai", mark("Made by a computer")
    STOLEN = "stolen", mark("Stolen")
    # Not always a crime, always harm: each has a route of its own.
    # her professional work, spread without a licence: the copyright route
    CREATOR_CONTENT = "creator_content", mark("Their work, spread without a licence")
    DOXXING = "doxxing", mark("Private data put online")
    OUTING = "outing", mark("Outed")
    CULTURALLY_SENSITIVE = "culturally_sensitive", mark("Intimate in their culture")
    HARASSMENT = "harassment", mark("Harassed")
    NOT_SURE = "not_sure", mark("Not sure")


class Reporter(Labelled):
    """Who tells us."""

    SELF = "self", mark("The person shown")
    AGENT = "agent", mark("Somebody who acts for them")
    THIRD_PARTY = "third_party", mark("Somebody who saw it")
    NOT_SAID = "not_said", mark("Not said")


class Shown(Labelled):
    """What is shown, without the picture."""

    NUDE = "nude", mark("Nude")
    SEXUAL = "sexual", mark("A sexual act")
    UNDRESSED = "undressed", mark("Partly undressed")
    CULTURAL = "cultural", mark("Intimate in their culture")
    PRIVATE_DATA = "private_data", mark("Private data")
    OTHER = "other", mark("Something else")


class Made(Labelled):
    """How it was made or got."""

    I_SENT_IT = "i_sent_it", mark("They sent it to somebody")
    TAKEN_WITH_YES = "taken_with_yes", mark("Taken with their consent")
    TAKEN_SECRETLY = "taken_secretly", mark("Taken secretly")
    MADE_BY_AI = "made_by_ai", mark("Made or changed by a computer")
    STOLEN = "stolen", mark("Stolen")
    MY_WORK = "my_work", mark("Their own work")
    UNKNOWN = "unknown", mark("Not known")


class Wish(Labelled):
    """What she wants done."""

    REMOVE = "remove", mark("Remove it")
    DEINDEX = "deindex", mark("Take it out of searches")
    STOP_UPLOADER = "stop_uploader", mark("Stop the person who uploads it")
    KEEP_EVIDENCE = "keep_evidence", mark("Keep evidence")
    TALK = "talk", mark("Somebody to talk to")
    POLICE = "police", mark("Go to the police")
    LAWYER = "lawyer", mark("A lawyer")


class Danger(Labelled):
    """Signs of danger; each is asked for plainly, and each may be skipped. The hint tells staff what comes first."""

    NOW = (
        "now",
        mark("In danger now, or thinking of ending their life"),
        "",
        mark("Ask first whether they are safe, in the way that they allow, and give them these numbers."),
    )
    SPREADING = (
        "spreading",
        mark("It is spreading right now"),
        "",
        mark("Have it removed before anything else."),
    )
    CONTROLS = (
        "controls",
        mark("The person who does it has their device, or lives with them"),
        "",
        mark("The person who does it may read what arrives. Write only here, and call only at the time they named."),
    )
    ADDRESS = (
        "address",
        mark("Their address or workplace is shown with it"),
        "",
        mark("Ask whether they can stay somewhere else. The directory names places that take people in."),
    )
    HONOUR = (
        "honour",
        mark("Family or community might hurt them"),
        "",
        mark("Do not speak to anybody in their family or community, and do not leave a message."),
    )


@dataclass(frozen=True, kw_only=True)
class Story(Kept):
    """What happened, in her words and ticks. Everything may be left out."""

    harm: Harm = Harm.NOT_SURE
    reporter: Reporter = Reporter.NOT_SAID
    authority: str = ""  # by what an agent speaks for the person
    shown: tuple[Shown, ...] = ()
    made: Made = Made.UNKNOWN
    first_seen: str = ""
    wishes: tuple[Wish, ...] = ()
    dangers: tuple[Danger, ...] = ()
    # What was ticked on a path of `paths.py`, and the name that may stand for theirs.
    details: tuple[str, ...] = ()
    agent: str = ""
    uploader: str = ""
    earlier_reports: str = ""
    words: str = ""
    everyone_adult: bool = False


def add_to(told: Story, more: Story) -> Story:
    """Return what was told before with what comes to it: nothing is replaced, and who said nothing may say it now."""
    return replace(
        told if told != Story() else more,
        everyone_adult=told.everyone_adult or more.everyone_adult,
        harm=more.harm if told.harm is Harm.NOT_SURE else told.harm,
        dangers=tuple(danger for danger in Danger if danger in (*told.dangers, *more.dangers)),
    )
