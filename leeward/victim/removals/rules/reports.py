"""What a person tells the desk: the branches, the answers, how to reach her, and how urgent it is."""

from dataclasses import dataclass
from datetime import timedelta

from leeward.foundation.kept import Kept
from leeward.foundation.labels import Labelled, mark
from leeward.industry.platforms.rules import readable_url
from leeward.victim.file.rules.paths import paths_of
from leeward.victim.file.rules.story import Harm, Story

LONGEST_LINE = 300
MOST_ITEMS = 200
DRAFT_LIFETIME = timedelta(days=30)
REPORT_LIFETIME = timedelta(days=730)
# Where anybody checks a court's order, on this very site.
ORDER_PAGE = "/orders/{number}"


class Path(Labelled):
    """The first question's answers: what is happening."""

    ONLINE = "online", mark("It is online")
    THREAT = "threat", mark("Somebody threatens")
    UNSURE = "unsure", mark("Not sure what it is")
    FOUND = "found", mark("Somebody found it")  # somebody else's


class Band(Labelled):
    """How soon the desk must look."""

    RED = (
        "red",
        mark("Red"),
        "red",
        mark("Danger, blackmail, or whoever does it has their device. First notice within 4 hours."),
    )
    AMBER = "amber", mark("Amber"), "orange", mark("It is online now. First notice within 1 working day.")
    GREEN = (
        "green",
        mark("Green"),
        "green",
        mark("A threat without signs of danger. First notice within 3 working days."),
    )


class Source(Labelled):
    """By which door a report came."""

    WEB = "web", mark("Web")
    PHONE = "phone", mark("Phone")
    HANDOVER = "handover", mark("Another hotline")
    COURT = "court", mark("A court’s order")


class ReportState(Labelled):
    """Where a report stands."""

    DRAFT = "draft", mark("Not filed")
    OPEN = "open", mark("Open")
    WATCHING = "watching", mark("Closed, still monitored")
    CLOSED = "closed", mark("Closed")


# While it stands at one of these, something can still happen in it.
LIVE = frozenset({ReportState.OPEN, ReportState.WATCHING})


class ItemKind(Labelled):
    """What kind of place something stands at."""

    URL = "url", mark("Page")
    ACCOUNT = "account", mark("Account")
    MESSAGE = "message", mark("Message")
    SEARCH_RESULT = "search_result", mark("Search result")
    # a copy that the platform found itself, by a hash of hers; nobody types that
    MATCH = "match", mark("Copy that the platform found itself")


@dataclass(frozen=True, kw_only=True)
class Item(Kept):
    """One place where something stands: what it is, and its address or name there."""

    kind: ItemKind = ItemKind.URL
    url: str = ""
    handle: str = ""
    site: str = ""  # for what has no address: the platform as she names it
    note: str = ""

    @property
    def label(self) -> str:
        """What a person recognises it by."""
        return self.url or " ".join(part for part in (self.site, self.handle) if part) or self.note

    @property
    def own_label(self) -> str:
        """The same as it is shown to her: an address in her own script. The desk sees what a machine sees."""
        return readable_url(self.url) or self.label


@dataclass(frozen=True, kw_only=True)
class Consents:
    """What she has agreed to, each apart."""

    notices: bool = False  # the desk may write to platforms for her
    watching: bool = False  # the desk may look again whether it comes back
    matches: bool = False  # the desk may hear where platforms find the pictures that she protects
    statistics: bool = False


def choose_band(*, path: Path, story: Story) -> Band:
    """Choose how soon the desk must look: red for danger, spreading or control; green for a threat without signs."""
    bands = bands_of(story)
    if story.dangers or Band.RED in bands:
        return Band.RED
    is_online = path in (Path.ONLINE, Path.FOUND) or story.harm is Harm.SHARED
    return Band.AMBER if is_online or Band.AMBER in bands else Band.GREEN


def bands_of(story: Story) -> frozenset[Band]:
    """Return the bands of the paths that fit what a person ticked."""
    return frozenset(Band(row.band) for row in paths_of(story))
