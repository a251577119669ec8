"""The only door to the network: looks a name up once, checks every answer, and connects to what it checked.

Looking up again between the check and the connection would let the owner of a name answer differently the second time.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address, ip_address
from queue import Empty, SimpleQueue
from typing import Any

import httpcore

from leeward.foundation.reach.errors import (
    BrokenOff,
    CertificateRefused,
    HeadersTooLong,
    NameUnknown,
    TooSlow,
    Unreachable,
)
from leeward.foundation.reach.rules.addresses import Address, check_addresses
from leeward.foundation.reach.rules.limits import Limits

CONNECT_SECONDS = 10.0
ADDRESSES_TRIED = 4


@dataclass(frozen=True, kw_only=True)
class Network:
    """How names are looked up, connections made and certificates trusted. Tests bring their own."""

    resolve: Callable[[str, int], Sequence[Address]]
    dial: Callable[[Address, int, float], socket.socket]
    trust: Callable[[], ssl.SSLContext]


class Guard:
    """Ends one fetch when its time or the room for its headers is used up."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ends = time.monotonic() + limits.seconds
        self._header_room: int | None = None

    def seconds_left(self) -> float:
        """Seconds until the whole fetch must be over. Raises TooSlow where there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TooSlow(self._limits.seconds)
        return left

    def expect_headers(self) -> None:
        """From now on what is read are headers."""
        self._header_room = self._limits.header_bytes

    def expect_body(self) -> None:
        """From now on what is read is body, which its reader counts."""
        self._header_room = None

    def room(self, wanted: int) -> int:
        """Return how many bytes may be read at once. Raises HeadersTooLong if headers have no room left."""
        if self._header_room is None:
            return wanted
        if self._header_room <= 0:
            raise HeadersTooLong(self._limits.header_bytes)
        return min(wanted, self._header_room)

    def count(self, read: int) -> None:
        """Take what was read from the room for headers."""
        if self._header_room is not None:
            self._header_room -= read

    @contextmanager
    def watch(self, connection: socket.socket) -> Iterator[None]:
        """Give the connection the time that is left, and name what goes wrong with it."""
        connection.settimeout(self.seconds_left())
        try:
            yield
        except TimeoutError as error:
            raise TooSlow(self._limits.seconds) from error
        except OSError as error:
            raise BrokenOff from error


class GuardedBackend(httpcore.NetworkBackend):
    """Makes the connections of one fetch."""

    def __init__(self, network: Network, guard: Guard, *, limits: Limits, loopback_allowed: bool) -> None:
        self._network = network
        self._guard = guard
        self._limits = limits
        self._loopback_allowed = loopback_allowed

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the guard's is the one that holds
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Look the host up, check all that it leads to, and connect to one of exactly these addresses."""
        addresses = self._look_up(host, port)
        check_addresses(addresses, port=port, ports=self._limits.ports, loopback_allowed=self._loopback_allowed)
        for address in addresses[:ADDRESSES_TRIED]:
            seconds = min(CONNECT_SECONDS, self._guard.seconds_left())
            try:
                return GuardedStream(self._network.dial(address, port, seconds), self._guard)
            except OSError:
                continue  # a host with several addresses may answer on the next
        self._guard.seconds_left()
        raise Unreachable("The host does not accept connections now. Try again later.")

    def _look_up(self, host: str, port: int) -> Sequence[Address]:
        """Ask in a thread of its own, since the system's look-up knows no deadline."""
        answers: SimpleQueue[Sequence[Address]] = SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self._network.resolve(host, port))
            except (OSError, UnicodeError):
                answers.put(())

        threading.Thread(target=look_up, daemon=True).start()
        left = self._guard.seconds_left()
        try:
            found = answers.get(timeout=left)
        except Empty as error:
            raise TooSlow(self._limits.seconds) from error
        if not found:
            raise NameUnknown
        return found


class GuardedStream(httpcore.NetworkStream):
    """One connection whose every read and write ends with the fetch's time."""

    def __init__(self, connection: socket.socket, guard: Guard) -> None:
        self._connection = connection
        self._guard = guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Return what has arrived, at most `max_bytes`; nothing at the end."""
        room = self._guard.room(max_bytes)
        with self._guard.watch(self._connection):
            data = self._connection.recv(room)
        self._guard.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Send all of it."""
        with self._guard.watch(self._connection):
            self._connection.sendall(buffer)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Secure the connection for this very name, or close it."""
        try:
            with self._guard.watch(self._connection):
                secured = self._secure(ssl_context, server_hostname)
        except BaseException:
            self.close()
            raise
        return GuardedStream(secured, self._guard)

    def get_extra_info(self, info: str) -> Any:
        """Whether something waits to be read: never asked of a connection that is used once."""
        return False if info == "is_readable" else None

    def _secure(self, ssl_context: ssl.SSLContext, server_hostname: str | None) -> socket.socket:
        try:
            return ssl_context.wrap_socket(self._connection, server_hostname=server_hostname)
        except (ssl.SSLError, ssl.CertificateError) as error:
            raise CertificateRefused from error


def resolve(host: str, port: int) -> tuple[Address, ...]:
    """Every address of a host, as the system's own look-up has them. Raises OSError where there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(ip_address(address[0]) for *_, address in found))


def dial(address: Address, port: int, seconds: float) -> socket.socket:
    """A connection to exactly this address: no name is looked up. Raises OSError."""
    family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect((str(address), port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection


@cache
def trust() -> ssl.SSLContext:
    """Return the TLS context of this machine's trusted certificates, with names checked."""
    return ssl.create_default_context()


NETWORK = Network(resolve=resolve, dial=dial, trust=trust)
