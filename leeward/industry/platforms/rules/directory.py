"""One platform as a file describes it, and what taking in a file did."""

from dataclasses import dataclass, field

from leeward.industry.platforms.rules.channels import NewChannel, NewDomain, Profile


@dataclass(frozen=True, kw_only=True)
class PlatformEntry:
    """A platform by its name; what it has beyond this entry stays as it is."""

    name: str
    domains: tuple[NewDomain, ...] = ()
    channels: tuple[NewChannel, ...] = ()
    profile: Profile = field(default_factory=Profile)


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """How many platforms were new, how many changed, and how many were as in the file already."""

    new: int
    changed: int
    same: int
