"""Fetches an address that a stranger wrote, posts to one, asks first whether a site wants it, and keeps its pace."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

import httpcore
from django.conf import settings
from django.utils import timezone

from leeward.foundation.counters.operations import take
from leeward.foundation.reach.bodies import read_body, unpacker_for
from leeward.foundation.reach.errors import (
    AddressMalformed,
    AddressRefused,
    AnswerBroken,
    BrokenOff,
    ReachRefused,
    TooManyRedirects,
)
from leeward.foundation.reach.memory import RobotsMemory
from leeward.foundation.reach.network import NETWORK, Guard, GuardedBackend, Network
from leeward.foundation.reach.rules.limits import PAGE_LIMITS, ROBOTS_LIMITS, Fetched, Limits, Pace
from leeward.foundation.reach.rules.robots import (
    ALL_ALLOWED,
    NONE_ALLOWED,
    RobotRule,
    may_visit,
    read_robots,
)
from leeward.foundation.reach.rules.targets import Target, read_target, redirect_target

REDIRECTS = frozenset({301, 302, 303, 307, 308})
ROBOTS_KEPT_SECONDS = 24 * 60 * 60
SILENCE_KEPT_SECONDS = 10 * 60
OK, CLIENT_ERROR, SERVER_ERROR = 200, 400, 500
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
ROBOTS = RobotsMemory()


@dataclass(frozen=True, kw_only=True)
class _Question:
    """One request to one host."""

    method: str
    target: Target
    headers: Mapping[str, str] = NO_HEADERS
    content: bytes = b""


class _Visit:
    """One fetch: its limits, its time, and the way into the network, shared by all its hops."""

    def __init__(self, *, limits: Limits, allow_private: bool | None, network: Network) -> None:
        loopback = settings.LEEWARD_REACH_PRIVATE if allow_private is None else allow_private
        self.limits = limits
        self._guard = Guard(limits)
        self._trust = network.trust
        self._backend = GuardedBackend(network, self._guard, limits=limits, loopback_allowed=loopback)

    def ask(self, question: _Question, *, hops: int) -> Fetched:
        """Put one question and read its answer; a redirect's body is left unread."""
        target = question.target
        self._guard.expect_headers()
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self._trust() if target.scheme == "https" else None,
                    max_connections=1,
                    network_backend=self._backend,
                ) as pool,
                pool.stream(
                    question.method,
                    httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
                    headers=_request_headers(question),
                    content=question.content,
                ) as response,
            ):
                self._guard.expect_body()
                return self._read(response, target, hops=hops)
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise AnswerBroken from error
        except (httpcore.NetworkError, httpcore.TimeoutException) as error:
            raise BrokenOff from error

    def _read(self, response: httpcore.Response, target: Target, *, hops: int) -> Fetched:
        pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers]
        headers: dict[str, str] = {}
        for name, value in pairs:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        body, is_cut = b"", False
        if response.status in REDIRECTS and "location" in headers:
            pass  # where it leads is all that it says
        elif not self.limits.admits(headers.get("content-type", "")):
            is_cut = True
        else:
            unpacker = unpacker_for([value for name, value in pairs if name == "content-encoding"])
            body, is_cut = read_body(response.iter_stream(), unpacker=unpacker, limit=self.limits.body_bytes)
        return Fetched(
            final_url=target.url,
            status=response.status,
            headers=MappingProxyType(headers),
            body=body,
            is_cut=is_cut,
            hops=hops,
        )


def fetch(
    url: str, *, limits: Limits = PAGE_LIMITS, allow_private: bool | None = None, network: Network = NETWORK
) -> Fetched:
    """Fetch the address, following redirects, each checked as if it had been typed.

    `allow_private` admits this machine's own loopback and nothing else; None leaves that to the installation.
    Raises ReachRefused, by name.
    """
    visit = _Visit(limits=limits, allow_private=allow_private, network=network)
    target = read_target(url)
    for hops in range(limits.redirects + 1):
        with _after(hops):
            fetched = visit.ask(_Question(method="GET", target=target), hops=hops)
        location = fetched.headers.get("location")
        if fetched.status not in REDIRECTS or location is None:
            return fetched
        with _after(hops + 1):
            target = redirect_target(target, _text(location))
    raise TooManyRedirects(limits.redirects)


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    limits: Limits = PAGE_LIMITS,
    allow_private: bool | None = None,
    network: Network = NETWORK,
) -> Fetched:
    """Post to the address; a redirect is not followed but is the answer. Raises ReachRefused, by name."""
    visit = _Visit(limits=limits, allow_private=allow_private, network=network)
    return visit.ask(_Question(method="POST", target=read_target(url), headers=headers, content=body), hops=0)


def may_fetch(url: str, *, allow_private: bool | None = None, network: Network = NETWORK) -> bool:
    """Whether the site's robots.txt lets us fetch this address; asked once a day by each process that looks.

    A site without one allows everything. One that does not answer is left alone for a while (RFC 9309). Raises
    AddressRefused for an address that is never fetched at all.
    """
    target = read_target(url)
    now = timezone.now()
    rules = ROBOTS.find(target.origin, now=now)
    if rules is None:
        rules, seconds = _ask_for_robots(target, allow_private=allow_private, network=network)
        ROBOTS.keep(target.origin, rules, until=now + timedelta(seconds=seconds))
    return may_visit(rules, target.path)


def take_turn(url: str, *, pace: Pace) -> bool:
    """Whether the host may be asked now; if so, it is then left alone for the pace's interval.

    All processes share the turns. Raises AddressRefused.
    """
    now = timezone.now()
    return take(kind="reach.turn", name=read_target(url).host, until=now + pace.interval, now=now)


def _ask_for_robots(
    target: Target, *, allow_private: bool | None, network: Network
) -> tuple[tuple[RobotRule, ...], int]:
    try:
        answer = fetch(
            f"{target.origin}/robots.txt", limits=ROBOTS_LIMITS, allow_private=allow_private, network=network
        )
    except ReachRefused as error:
        if isinstance(error, AddressRefused) and not error.hops:
            raise  # it is the site that is never fetched, not what its robots.txt leads on to
        return NONE_ALLOWED, SILENCE_KEPT_SECONDS
    if answer.status == OK:
        return read_robots(answer.body.decode("utf-8", "replace")), ROBOTS_KEPT_SECONDS
    if CLIENT_ERROR <= answer.status < SERVER_ERROR:
        return ALL_ALLOWED, ROBOTS_KEPT_SECONDS
    return NONE_ALLOWED, SILENCE_KEPT_SECONDS


@contextmanager
def _after(hops: int) -> Iterator[None]:
    """Tell each refusal how many redirects came before it."""
    try:
        yield
    except ReachRefused as error:
        error.hops = hops
        raise


def _request_headers(question: _Question) -> list[tuple[str, str]]:
    headers = {
        "Host": question.target.authority,
        "User-Agent": settings.LEEWARD_USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **question.headers,
    }
    if question.content:
        headers["Content-Length"] = str(len(question.content))
    return list(headers.items())


def _text(location: str) -> str:
    """A Location header as text: bytes beyond ASCII are UTF-8, as browsers send and read them."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError as error:
        raise AddressMalformed("The address leads on to one that cannot be read.") from error
