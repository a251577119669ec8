"""What a person tells the desk: the branches, the answers, how to reach her, and how urgent it is."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Self

from leeward.foundation.kept import Kept, or_else
from leeward.foundation.labels import Labelled, mark
from leeward.industry.platforms.rules import readable_url
from leeward.victim.removals.rules.news import NewsChoice

LONGEST_STORY = 10_000
LONGEST_LINE = 300
MOST_ITEMS = 200
DRAFT_LIFETIME = timedelta(days=30)
REPORT_LIFETIME = timedelta(days=730)


class Path(Labelled):
    """The first question's answers: what is happening."""

    ONLINE = "online", mark("It is online")
    THREAT = "threat", mark("Somebody threatens")
    UNSURE = "unsure", mark("Not sure what it is")
    FOUND = "found", mark("Somebody found it")  # somebody else's


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
    STOP_UPLOADER = "stop_uploader", mark("Stop who uploads it")
    KEEP_EVIDENCE = "keep_evidence", mark("Keep evidence")
    TALK = "talk", mark("Somebody to talk to")
    POLICE = "police", mark("Go to the police")
    LAWYER = "lawyer", mark("A lawyer")


class Danger(Labelled):
    """Signs that make a report urgent; each is asked for plainly, and each may be skipped."""

    NOW = "now", mark("In danger now, or thinking of ending their life")
    SPREADING = "spreading", mark("It is spreading right now")
    CONTROLS = "controls", mark("Whoever does it has their device, or lives with them")
    ADDRESS = "address", mark("Their address or workplace is shown with it")
    HONOUR = "honour", mark("Family or community might hurt them")


class ContactWay(Labelled):
    """How she may be reached. The default is not at all."""

    NONE = "none", mark("Do not contact them")
    EMAIL = "email", mark("By e-mail")
    PHONE = "phone", mark("By phone")


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


class ReportState(Labelled):
    """Where a report stands."""

    DRAFT = "draft", mark("Not filed")
    OPEN = "open", mark("Open")
    WATCHING = "watching", mark("Closed; we keep looking")
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
    uploader: str = ""
    earlier_reports: str = ""
    words: str = ""
    everyone_adult: bool = False


@dataclass(frozen=True, kw_only=True)
class Contact(Kept):
    """How she may be reached, and by what; nothing of it ever goes to a platform."""

    way: Annotated[ContactWay, or_else(ContactWay.NONE)] = ContactWay.NONE
    name: str = ""
    email: str = ""
    phone: str = ""
    hours: str = ""
    safe_word: str = ""
    may_say_who: bool = False
    may_leave_message: bool = False
    # Her yes to messages that a machine sends; by e-mail alone.
    news: Annotated[NewsChoice | None, or_else(None)] = None

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote, in this release or another. What is not understood is not allowed."""
        found = super().from_text(text)
        return found if found.way is ContactWay.EMAIL else replace(found, news=None)


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
    if story.dangers or story.harm is Harm.SEXTORTION:
        return Band.RED
    if path in (Path.ONLINE, Path.FOUND):
        return Band.AMBER
    return Band.AMBER if story.harm in (Harm.SHARED, Harm.DOXXING, Harm.OUTING) else Band.GREEN
