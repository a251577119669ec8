"""Fetching from servers that mean harm, each a real one on this machine."""

import gzip
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leeward.foundation.reach.bodies import Gzip
from leeward.foundation.reach.errors import (
    AddressMalformed,
    AnswerBroken,
    BrokenOff,
    CertificateRefused,
    EncodingRefused,
    HeadersTooLong,
    NameUnknown,
    PortRefused,
    PrivateAddress,
    ReachRefused,
    SchemeRefused,
    TooManyRedirects,
    TooSlow,
    Unreachable,
)
from leeward.foundation.reach.network import Network
from leeward.foundation.reach.operations import fetch, post
from leeward.foundation.reach.rules.addresses import Address
from leeward.foundation.reach.rules.limits import Fetched, Limits
from tests.foundation.reach.conftest import PUBLIC, Names, Server, answer, certificate, redirect

SMALL = Limits(seconds=10, body_bytes=1000)
QUICK = Limits(seconds=0.4)


def test_a_plain_page(server: Server, names: Names) -> None:
    server.answers["/page"] = answer(b"hello", headers=("X-Two: a", "X-Two: b", "Set-Cookie: id=1"))
    fetched = fetch("http://site.example/page?q=1#part", network=names.network)
    assert (fetched.status, fetched.body, fetched.is_cut, fetched.hops) == (200, b"hello", False, 0)
    assert fetched.final_url == "http://site.example/page?q=1"
    assert fetched.headers["x-two"] == "a, b"
    assert names.dialled == [str(PUBLIC)]
    request = server.requests[0].decode().lower()
    assert request.startswith("get /page?q=1 http/1.1\r\nhost: site.example\r\nuser-agent: leeward/1 (")
    assert "cookie" not in request


def test_a_fetch_shows_nothing_of_itself() -> None:
    shown = repr(
        Fetched(final_url="http://secret.example/", status=200, headers={}, body=b"text", is_cut=False, hops=0)
    )
    assert "secret" not in shown
    assert "text" not in shown


def test_cookies_are_not_carried_from_hop_to_hop(server: Server, names: Names) -> None:
    server.answers["/a"] = answer(status="302 Found", headers=("Location: /b", "Set-Cookie: id=1"))
    server.answers["/b"] = answer(b"end")
    assert fetch("http://site.example/a", network=names.network).hops == 1
    assert b"cookie" not in server.requests[1].lower()


def test_no_proxy_is_taken_from_the_environment(server: Server, names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    server.answers["/"] = answer(b"straight")
    assert fetch("http://site.example/", network=names.network).body == b"straight"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:8000/desk",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://inside.example/",
        "//inside.example/",
    ],
)
def test_a_redirect_behind_our_walls_is_refused(location: str, server: Server, names: Names) -> None:
    names.known["inside.example"] = ("10.0.0.5",)
    server.answers["/"] = redirect(location)
    with pytest.raises(PrivateAddress) as caught:
        fetch("http://site.example/", allow_private=False, network=names.network)
    assert caught.value.hops == 1
    assert names.dialled == [str(PUBLIC)]  # the second host was never connected to


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://127.0.0.1:25/x", "data:text/plain,x"])
def test_a_redirect_to_another_scheme_is_refused(location: str, server: Server, names: Names) -> None:
    server.answers["/"] = redirect(location)
    with pytest.raises(SchemeRefused):
        fetch("http://site.example/", network=names.network)


@pytest.mark.parametrize(
    "url", ["http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://localhost/"]
)
def test_every_way_to_write_loopback_is_refused_by_the_systems_own_look_up(url: str) -> None:
    with pytest.raises((PrivateAddress, NameUnknown, AddressMalformed)):
        fetch(url, allow_private=False)


@pytest.mark.parametrize("host", ["１２７.０.０.１", "127。0。0。1", "ⓛocalhost", "localhost."])
def test_unicode_hosts_that_become_loopback_are_refused(host: str) -> None:
    with pytest.raises(ReachRefused) as caught:
        fetch(f"http://{host}/", allow_private=False)
    assert not isinstance(caught.value, TooSlow)


def test_loopback_is_reached_where_the_installation_allows_it(server: Server, settings: Any) -> None:
    server.answers["/"] = answer(b"here")
    url = f"http://127.0.0.1:{server.port}/"
    settings.LEEWARD_REACH_PRIVATE = True
    assert fetch(url).body == b"here"
    settings.LEEWARD_REACH_PRIVATE = False
    with pytest.raises(PrivateAddress):
        fetch(url)
    assert fetch(url, allow_private=True).body == b"here"


def test_a_name_is_looked_up_once_and_what_was_checked_is_dialled(server: Server, names: Names) -> None:
    answers = iter([(PUBLIC,), (ipaddress.ip_address("127.0.0.1"),)])

    def rebinding(host: str, port: int) -> tuple[Address, ...]:
        return next(answers)

    server.answers["/"] = answer(b"the public one")
    network = Network(resolve=rebinding, dial=names.dial, trust=names.network.trust)
    assert fetch("http://rebinding.example/", allow_private=False, network=network).body == b"the public one"
    assert names.dialled == [str(PUBLIC)]
    with pytest.raises(PrivateAddress):
        fetch("http://rebinding.example/", allow_private=False, network=network)
    assert len(names.dialled) == 1


def test_a_name_with_one_private_answer_is_refused(names: Names) -> None:
    names.known["mixed.example"] = (str(PUBLIC), "192.168.0.1")
    with pytest.raises(PrivateAddress):
        fetch("http://mixed.example/", network=names.network)
    assert names.dialled == []


def test_another_port_of_a_public_host(server: Server, names: Names) -> None:
    server.answers["/"] = answer(b"x")
    with pytest.raises(PortRefused):
        fetch("http://site.example:22/", network=names.network)
    assert (
        fetch("http://site.example:8080/", limits=Limits(ports=frozenset({8080})), network=names.network).status == 200
    )


def test_five_redirects_are_followed_and_a_sixth_is_not(server: Server, names: Names) -> None:
    for number in range(9):
        server.answers[f"/{number}"] = redirect(f"/{number + 1}", "301 Moved")
    server.answers["/9"] = answer(b"end")
    assert fetch("http://site.example/4", network=names.network).hops == 5
    with pytest.raises(TooManyRedirects, match="5 times"):
        fetch("http://site.example/3", network=names.network)
    server.answers["/loop"] = redirect("/loop")
    with pytest.raises(TooManyRedirects):
        fetch("http://site.example/loop", network=names.network)
    assert server.paths.count("/loop") == 6


def test_a_redirect_that_cannot_be_read(server: Server, names: Names) -> None:
    server.answers["/"] = answer(status="302 Found", headers=("Location: http://[oops/",))
    with pytest.raises(ReachRefused):
        fetch("http://site.example/", network=names.network)
    server.answers["/"] = answer(b"stay", status="302 Found")
    assert fetch("http://site.example/", network=names.network).body == b"stay"


def test_a_redirect_in_utf8_is_followed_as_browsers_do(server: Server, names: Names) -> None:
    server.answers["/"] = redirect("/über")
    server.answers["/%C3%BCber"] = answer(b"found")
    assert fetch("http://site.example/", network=names.network).body == b"found"


def test_an_endless_body_is_cut(server: Server, names: Names) -> None:
    def endless(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.stopped.is_set():
            connection.sendall(b"x" * 4096)

    server.answers["/"] = endless
    fetched = fetch("http://site.example/", limits=SMALL, network=names.network)
    assert (fetched.is_cut, len(fetched.body)) == (True, 1000)


def test_a_body_of_exactly_the_limit_is_whole(server: Server, names: Names) -> None:
    server.answers["/"] = answer(b"x" * 1000)
    assert not fetch("http://site.example/", limits=SMALL, network=names.network).is_cut
    server.answers["/"] = answer(b"x" * 1001)
    assert fetch("http://site.example/", limits=SMALL, network=names.network).is_cut


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_slow_drip_ends_with_the_deadline(start: bytes, server: Server, names: Names) -> None:
    def drip(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(start)
        while not server.stopped.wait(0.05):
            connection.sendall(b"x")

    server.answers["/"] = drip
    with pytest.raises(TooSlow, match=r"0\.4 seconds"):
        fetch("http://site.example/", limits=QUICK, network=names.network)


def test_the_deadline_holds_over_all_hops(server: Server, names: Names) -> None:
    def late(connection: socket.socket, _request: bytes) -> None:
        server.stopped.wait(0.15)
        redirect("/")(connection, b"")

    server.answers["/"] = late
    with pytest.raises(TooSlow):
        fetch("http://site.example/", limits=QUICK, network=names.network)


def test_a_look_up_without_an_end_is_left(names: Names) -> None:
    released = threading.Event()

    def hang(host: str, port: int) -> tuple[Address, ...]:
        released.wait()
        return ()

    network = Network(resolve=hang, dial=names.dial, trust=names.network.trust)
    with pytest.raises(TooSlow):
        fetch("http://site.example/", limits=QUICK, network=network)
    released.set()


def test_packed_bodies(server: Server, names: Names) -> None:
    server.answers["/"] = answer(
        gzip.compress(b"hello") + gzip.compress(b" again"), headers=("Content-Encoding: GZIP",)
    )
    assert fetch("http://site.example/", network=names.network).body == b"hello again"
    server.answers["/"] = answer(gzip.compress(b"hello" * 90)[:-12], headers=("Content-Encoding: gzip",))
    assert fetch("http://site.example/", network=names.network).is_cut
    server.answers["/"] = answer(b"not packed", headers=("Content-Encoding: gzip",))
    with pytest.raises(AnswerBroken):
        fetch("http://site.example/", network=names.network)


def test_a_bomb_is_unpacked_no_further_than_the_limit(server: Server, names: Names) -> None:
    server.answers["/"] = answer(gzip.compress(b"\0" * 50_000_000), headers=("Content-Encoding: gzip",))
    fetched = fetch("http://site.example/", limits=Limits(body_bytes=200_000), network=names.network)
    assert (fetched.is_cut, len(fetched.body)) == (True, 200_000)
    unpacker = Gzip()
    assert len(unpacker.feed(gzip.compress(b"\0" * 50_000_000), 100)) == 100  # no more of it is ever in memory
    assert not unpacker.is_whole


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Encoding: gzip, gzip",),
        ("Content-Encoding: gzip", "Content-Encoding: gzip"),
        ("Content-Encoding: br",),
        ("Content-Encoding: deflate",),
    ],
)
def test_bodies_packed_twice_or_strangely_are_refused(headers: tuple[str, ...], server: Server, names: Names) -> None:
    server.answers["/"] = answer(gzip.compress(gzip.compress(b"x")), headers=headers)
    with pytest.raises(EncodingRefused):
        fetch("http://site.example/", network=names.network)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\n", b""])
def test_a_flood_of_headers_is_refused(start: bytes, server: Server, names: Names) -> None:
    line = b"X-Flood: 1\r\n" if start else b"HTTP/1.1 100 Continue\r\n\r\n"

    def flood(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(start)
        while not server.stopped.is_set():
            connection.sendall(line * 100)

    server.answers["/"] = flood
    with pytest.raises(HeadersTooLong, match="65536 bytes"):
        fetch("http://site.example/", network=names.network)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nBroken\r\n\r\n",
    ],
)
def test_broken_answers(sent: bytes, server: Server, names: Names) -> None:
    server.answers["/"] = lambda connection, _request: connection.sendall(sent)
    with pytest.raises(AnswerBroken):
        fetch("http://site.example/", network=names.network)


def test_a_connection_that_is_torn_down(server: Server, names: Names) -> None:
    def tear(connection: socket.socket, _request: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    server.answers["/"] = tear
    with pytest.raises(BrokenOff):
        fetch("http://site.example/", network=names.network)


def test_nobody_listens(names: Names) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        names.port = taken.getsockname()[1]
        with pytest.raises(Unreachable):
            fetch("http://site.example/", network=names.network)
    with pytest.raises(NameUnknown):
        fetch("http://unknown.example/", network=names.network)


def test_the_next_address_is_tried(server: Server, names: Names) -> None:
    server.answers["/"] = answer(b"second")
    names.known["site.example"] = ("1.1.1.1", str(PUBLIC))

    def first_is_down(address: Address, port: int, seconds: float) -> socket.socket:
        if str(address) == "1.1.1.1":
            raise ConnectionRefusedError
        return names.dial(address, port, seconds)

    network = Network(resolve=names.resolve, dial=first_is_down, trust=names.network.trust)
    assert fetch("http://site.example/", network=network).body == b"second"


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Server]:
    """A server with a certificate for site.example, signed by itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "site.example"))
    made = Server(tls=context)
    made.answers["/"] = answer(b"private talk")
    yield made
    made.stop()


def test_tls_is_checked_for_the_name(secure: Server, names: Names, tmp_path: Path) -> None:
    names.port = secure.port
    names.known["other.example"] = (str(PUBLIC),)
    with pytest.raises(CertificateRefused):  # signed by nobody whom this machine knows
        fetch("https://site.example/", network=names.network)
    names.trusted.load_verify_locations(tmp_path / "site.example.pem")
    assert fetch("https://site.example/", network=names.network).body == b"private talk"
    with pytest.raises(CertificateRefused):  # another name than the certificate's
        fetch("https://other.example/", network=names.network)
    with pytest.raises(CertificateRefused):  # an address is no name
        fetch(f"https://{PUBLIC}/", network=names.network)


def test_a_server_that_speaks_no_tls_or_never_greets(server: Server, names: Names) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        names.port = silent.getsockname()[1]
        with pytest.raises(TooSlow):
            fetch("https://site.example/", limits=QUICK, network=names.network)


def test_posting(server: Server, names: Names) -> None:
    server.answers["/hook"] = answer(b"taken", status="202 Accepted")
    answered = post(
        "http://site.example/hook", body=b'{"a":1}', headers={"Content-Type": "application/json"}, network=names.network
    )
    assert (answered.status, answered.body) == (202, b"taken")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert body == b'{"a":1}'
    assert b"Content-Type: application/json\r\n" in head
    assert head.count(b"Content-Length: 7") == 1
    server.answers["/hook"] = redirect("http://127.0.0.1/")
    assert post("http://site.example/hook", body=b"{}", headers={}, network=names.network).status == 302
    with pytest.raises(PrivateAddress):
        post("http://10.0.0.1/", body=b"{}", headers={}, network=names.network)
