"""Real servers on this machine that misbehave as they are told, and a network in which they look public."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from leeward.foundation.reach.network import Network, dial
from leeward.foundation.reach.rules.addresses import Address

PUBLIC = ipaddress.ip_address("93.184.215.14")
type Answer = Callable[[socket.socket, bytes], None]


def answer(body: bytes = b"", *, status: str = "200 OK", headers: tuple[str, ...] = ()) -> Answer:
    """A plain answer."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]).encode("utf-8")

    def send(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(head + b"\r\n\r\n" + body)

    return send


def redirect(location: str, status: str = "302 Found") -> Answer:
    return answer(status=status, headers=(f"Location: {location}",))


@dataclass
class Server:
    """Answers each path as it is told; keeps every request that came."""

    tls: ssl.SSLContext | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def paths(self) -> list[str]:
        return [request.split(b" ")[1].decode() for request in self.requests]

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(20)
            secured = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            with secured:
                request = self._read(secured)
                if request:
                    self.requests.append(request)
                    path = request.split(b" ")[1].decode().split("?")[0]
                    self.answers.get(path, answer(status="404 Not Found"))(secured, request)

    def _read(self, connection: socket.socket) -> bytes:
        read = b""
        while b"\r\n\r\n" not in read:
            more = connection.recv(65536)
            if not more:
                return b""
            read += more
        head, _, body = read.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0)
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body

    def stop(self) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.stop()


@dataclass
class Names:
    """A made-up internet: what each name leads to, and where each public address really is."""

    known: dict[str, tuple[str, ...]] = field(default_factory=dict)
    port: int = 0
    asked: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def resolve(self, host: str, _port: int) -> tuple[Address, ...]:
        self.asked.append(host)
        with contextlib.suppress(ValueError):
            return (ipaddress.ip_address(host),)
        if host not in self.known:
            raise socket.gaierror("unknown")
        return tuple(map(ipaddress.ip_address, self.known[host]))

    def dial(self, address: Address, _port: int, seconds: float) -> socket.socket:
        self.dialled.append(str(address))
        return dial(ipaddress.ip_address("127.0.0.1"), self.port, seconds)

    @property
    def network(self) -> Network:
        return Network(resolve=self.resolve, dial=self.dial, trust=lambda: self.trusted)


@pytest.fixture
def names(server: Server) -> Names:
    """`site.example` is a public host on the usual ports, played by `server`."""
    return Names(known={"site.example": (str(PUBLIC),)}, port=server.port)


def certificate(folder: Path, name: str) -> Path:
    """A key and a certificate for this name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
