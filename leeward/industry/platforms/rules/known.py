"""Real sites that Leeward knows by name: facts with where they were read, never a claim that one takes part here.

The facts stand in a file that ships (`data/known_platforms.json`). A site has no row before the desk takes it up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from leeward.foundation.labels import Labelled, mark
from leeward.industry.platforms.rules.channels import SOURCE_LENGTH, ChannelKind, NewChannel, NewDomain, Profile
from leeward.industry.platforms.rules.directory import PlatformEntry

# Begins the source of every channel that comes from the catalogue.
CATALOGUE = "Catalogue of known sites"


class Category(Labelled):
    """What a site is, in one word."""

    SOCIAL = "social", mark("Social network")
    MESSENGER = "messenger", mark("Messenger")
    VIDEO = "video", mark("Videos")
    IMAGES = "images", mark("Pictures")
    ADULT = "adult", mark("Pornography")
    WEBCAM = "webcam", mark("Live pornography")
    CREATORS = "creators", mark("Paid content")
    DATING = "dating", mark("Dating")
    FILES = "files", mark("Files")
    TEXT = "text", mark("Texts")
    FORUM = "forum", mark("Forum")
    BLOG = "blog", mark("Blogs and pages of one's own")
    SEARCH = "search", mark("Search engine")
    ARCHIVE = "archive", mark("Web archive")
    GAMES = "games", mark("Games")
    NETWORK = "network", mark("Network in front of other sites")


class HashList(Labelled):
    """A list of hashes that companies draw, other than this installation's."""

    STOPNCII = "stopncii", mark("StopNCII.org, for adults")
    TAKE_IT_DOWN = "take_it_down", mark("NCMEC's Take It Down, for pictures of people under 18")


class Stand(Labelled):
    """What a source says of a company and a list of hashes."""

    TAKES_PART = "takes_part", mark("Takes part")
    ANNOUNCED = "announced", mark("Has agreed to take part")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where facts were read. `dated` is the day that it bears or was stored on; None where it bears none."""

    code: str
    title: str
    url: str
    dated: date | None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One value and where it was read; without a source it is known and was not checked."""

    value: str
    source: Source | None

    @property
    def checked_on(self) -> date | None:
        """The day for which the source says it; None where nobody checked, or the source bears no day."""
        return self.source.dated if self.source else None

    @property
    def told_by(self) -> str:
        """The source of a channel that is made of this fact."""
        if self.source is None:
            return f"{CATALOGUE}: known, not checked"
        return f"{CATALOGUE}: {self.source.title}, {self.source.url}"[:SOURCE_LENGTH]


@dataclass(frozen=True, kw_only=True)
class Participation:
    """What a source says of this site and a list of hashes."""

    hash_list: HashList
    stand: Stand
    source: Source


@dataclass(frozen=True, kw_only=True)
class KnownSite:
    """A real site. `reporting` is the page where it takes reports, made for intimate images or for anything."""

    code: str
    name: str
    category: Category
    hosts: tuple[Fact, ...]
    operator: Fact | None = None
    reporting: Fact | None = None
    is_for_intimate_images: bool = False
    mailboxes: tuple[Fact, ...] = ()
    participations: tuple[Participation, ...] = ()

    @property
    def main_host(self) -> str:
        """The host that stands first."""
        return self.hosts[0].value

    def as_entry(self) -> PlatformEntry:
        """The site as a platform that the desk takes up: its hosts, its form before its mailboxes, its own page."""
        pages = [(ChannelKind.FORM, self.reporting)] if self.reporting else []
        ways = [*pages, *((ChannelKind.EMAIL, mailbox) for mailbox in self.mailboxes)]
        return PlatformEntry(
            name=self.name,
            domains=tuple(NewDomain(host=host.value) for host in self.hosts),
            channels=tuple(
                NewChannel(
                    kind=kind, address=fact.value, position=place, checked_on=fact.checked_on, source=fact.told_by
                )
                for place, (kind, fact) in enumerate(ways)
            ),
            profile=Profile(
                reporting_url=self.reporting.value if self.reporting else "",
                reporting_checked_on=self.reporting.checked_on if self.reporting else None,
            ),
        )


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """The page where a site takes reports itself; `checked_on` is None where nobody has looked."""

    name: str
    url: str
    checked_on: date | None


@dataclass(frozen=True)
class Catalogue:
    """All known sites, and the quick way from a host to its site."""

    sites: tuple[KnownSite, ...]
    _by_host: dict[str, KnownSite] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_host", {host.value: site for site in self.sites for host in site.hosts})

    def find(self, hosts: Iterable[str]) -> tuple[KnownSite, str] | None:
        """The site of the longest of these hosts that is known, with that host."""
        known = max((host for host in hosts if host in self._by_host), key=len, default=None)
        return (self._by_host[known], known) if known else None

    def named(self, name: str) -> KnownSite | None:
        """The site that is called so, in whatever case."""
        return next((site for site in self.sites if site.name.casefold() == name.strip().casefold()), None)

    def search(self, text: str, *, limit: int) -> tuple[KnownSite, ...]:
        """Sites whose name or a host of theirs holds `text`, in whatever case, in the order of the file."""
        wanted = text.casefold()
        found = (
            site
            for site in self.sites
            if wanted in site.name.casefold() or any(wanted in host.value for host in site.hosts)
        )
        return tuple(site for site, _place in zip(found, range(limit), strict=False))
