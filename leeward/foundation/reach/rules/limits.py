"""Limits of fetching: size, time, and how often one host is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

WEB_PORTS = frozenset({80, 443})


@dataclass(frozen=True, kw_only=True)
class Limits:
    """One fetch's bounds: `seconds` for the whole of it, all redirects included; `body_bytes` after unpacking.

    `media`: the content types of which the body is read at all, "" for an answer that names none; none given, all are.
    """

    seconds: float = 20.0
    body_bytes: int = 2 * 1024 * 1024
    header_bytes: int = 64 * 1024
    redirects: int = 5
    ports: frozenset[int] = WEB_PORTS
    media: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if min(self.seconds, self.body_bytes, self.header_bytes) <= 0 or self.redirects < 0:
            raise ValueError("Every limit of a fetch must be above zero; redirects may be zero.")

    def admits(self, content_type: str) -> bool:
        """Whether a body of this Content-Type is read."""
        return not self.media or content_type.partition(";")[0].strip().lower() in self.media


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long to wait before one host is asked again."""

    interval: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A fetched answer. Header names are in lower case; `is_cut` says that the body is not complete."""

    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool
    hops: int

    def __repr__(self) -> str:
        return f"Fetched(status={self.status}, {len(self.body)} bytes, hops={self.hops})"


PAGE_LIMITS = Limits()
ROBOTS_LIMITS = Limits(seconds=10.0, body_bytes=512 * 1024)
