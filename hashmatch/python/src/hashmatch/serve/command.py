"""`hashmatch serve`: read the options, open the bank and the socket, run until told to stop."""

import contextlib
import gc
import ipaddress
import logging
import os
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import click
import uvicorn
from starlette.types import ASGIApp

from hashmatch.bank import BankWriter
from hashmatch.cli import BANK, plain_errors, warn_if_open
from hashmatch.errors import MatcherStartError
from hashmatch.feed import Keys, endpoint_base
from hashmatch.index import LARGEST_TABLE_DISTANCE
from hashmatch.serve.app import Service, build_app
from hashmatch.serve.envelope import WithoutExceptions
from hashmatch.serve.follower import Follower, Source
from hashmatch.serve.holder import BankHolder
from hashmatch.serve.metrics import Metrics
from hashmatch.serve.settings import MEGABYTE, Settings
from hashmatch.variants import MATCH_DISTANCE

BACKLOG = 1024
SHORTEST_TOKEN = 16
KEEP_ALIVE_SECONDS = 75
MOST_CONNECTIONS = 1000
SOCKET_MODE = 0o660
LONGEST_WINDOW = 30 * 86_400
DEFAULTS = Settings()


class Server(uvicorn.Server):
    """Says when it is up. Being told to stop is a good end for it: it does not raise the signal again afterwards."""

    def __init__(self, config: uvicorn.Config, announcement: str) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start everything, then say so: from here on a signal finds someone who answers it."""
        await super().startup(sockets)
        click.echo(self._announcement, err=True)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the base's signature
        """Finish what is under way; at a second interrupt, end at once."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


@click.command("serve")
@BANK
@click.option("--sync", "site", metavar="URL", help="Follow this exchange and keep the bank's file up to date.")
@click.option(
    "--keys", "keys_file", metavar="FILE", type=click.Path(path_type=Path), help="Your keys for it, as for `sync`."
)
@click.option(
    "--follow",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    default=0.5,
    show_default=True,
    help="Look for news of the exchange every so many seconds.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8600, show_default=True, help="0 for any free one.")
@click.option(
    "--socket", "socket_file", metavar="PATH", type=click.Path(path_type=Path), help="Listen on a Unix socket instead."
)
@click.option(
    "--token-file", metavar="FILE", type=click.Path(path_type=Path), help="Answer only those who show its text."
)
@click.option("--open", "is_open", is_flag=True, help="Answer everyone, though listening beyond this machine.")
@click.option(
    "--distance",
    type=click.IntRange(0, LARGEST_TABLE_DISTANCE),
    default=MATCH_DISTANCE,
    show_default=True,
    help="The most bits in which two PDQ hashes may differ; requests may ask for less.",
)
@click.option(
    "--workers-for-files",
    metavar="N",
    type=click.IntRange(1, 256),
    default=DEFAULTS.file_workers,
    help="Processes that hash files.  [default: one for each processor]",
)
@click.option(
    "--largest-file",
    metavar="MIB",
    type=click.IntRange(1, 4096),
    default=DEFAULTS.largest_file // MEGABYTE,
    show_default=True,
    help="The largest file that is hashed. All are in memory: room is needed for as many as may wait.",
)
@click.option(
    "--file-seconds",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    default=DEFAULTS.file_seconds,
    show_default=True,
    help="How long decoding a file may take.",
)
@click.option(
    "--repeats",
    metavar="SECONDS",
    type=click.FloatRange(min=1, max=LONGEST_WINDOW),
    help="Say of each match how often the same upload had it in the last so many seconds.  [default: do not count]",
)
@click.option(
    "--most-repeats",
    metavar="N",
    type=click.IntRange(2, 100_000_000),
    default=DEFAULTS.most_repeats,
    show_default=True,
    help="Keep at most so many counters in memory, two for each upload and entry; the oldest goes first.",
)
def serve_command(
    *,
    bank_file: Path,
    site: str | None,
    keys_file: Path | None,
    follow: float,
    host: str,
    port: int,
    socket_file: Path | None,
    token_file: Path | None,
    is_open: bool,
    distance: int,
    workers_for_files: int,
    largest_file: int,
    file_seconds: float,
    repeats: float | None,
    most_repeats: int,
) -> None:
    """Answer over HTTP which hashes and files match the bank.

    Hashes and files come by POST to /match; nothing that is asked is stored or logged. With --repeats, counts of what
    matched are kept in memory for that time. The bank's file is taken in anew whenever it changes. With --sync the
    service draws it itself, and confirms a withdrawal to the exchange only when it does not match any more.
    """
    with plain_errors(), contextlib.ExitStack() as stack:
        token = None if token_file is None else read_token(token_file)
        refuse_openness(host, is_guarded=token is not None or is_open or socket_file is not None)
        settings = Settings(
            distance=distance,
            token=token,
            file_workers=workers_for_files,
            waiting_files=4 * workers_for_files,
            largest_file=largest_file * MEGABYTE,
            file_seconds=file_seconds,
            repeats_seconds=repeats,
            most_repeats=most_repeats,
        )
        source = read_source(site, keys_file, follow)
        listener = stack.enter_context(
            listen_at_path(socket_file) if socket_file is not None else listen_at_port(host, port)
        )
        service = open_service(bank_file, settings, source)
        gc.freeze()  # the bank stays: to look through it again and again would only make requests wait
        announcement = f"hashmatch: {len(service.bank)} hashes, listening on {describe_place(listener)}"
        run(build_app(service), listener, settings, announcement)


def open_service(bank_file: Path, settings: Settings, source: Source | None) -> Service:
    """The service on a bank's file; with an exchange to follow, the file is made if it is not there."""
    counters = Metrics()
    if source is not None and not bank_file.exists():
        with BankWriter(bank_file):
            pass
    holder = BankHolder(bank_file, settings, on_failure=counters.reload_failures.inc)
    follower = None if source is None else Follower(holder, source, on_trouble=counters.sync_failures.inc)
    return Service(holder, settings, follower=follower, counters=counters)


def run(app: ASGIApp, listener: socket.socket, settings: Settings, announcement: str) -> None:
    """Serve until told to stop, then finish what is under way."""
    logging.getLogger("uvicorn.error").addFilter(WithoutExceptions())
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    Server(config, announcement).run(sockets=[listener])


def read_source(site: str | None, keys_file: Path | None, follow: float) -> Source | None:
    """The exchange to follow, its keys checked now rather than later."""
    if site is None and keys_file is None:
        return None
    if site is None or keys_file is None:
        raise click.UsageError("Give both --sync and --keys, or neither.")
    endpoint_base(site)
    Keys.from_file(keys_file).require("fetch_key")
    warn_if_open(site)
    return Source(site, keys_file, follow)


def read_token(path: Path) -> str:
    """The token that callers must show."""
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise MatcherStartError(f"The token file {path} cannot be read: {error}.") from error
    if len(token) < SHORTEST_TOKEN or not token.isprintable() or " " in token:
        raise MatcherStartError(
            f"The token in {path} must be one line of at least {SHORTEST_TOKEN} characters without spaces. "
            f"Make one: python3 -c 'import secrets; print(secrets.token_urlsafe())' > {path}"
        )
    return token


def refuse_openness(host: str, *, is_guarded: bool) -> None:
    """Beyond this machine, anyone who can reach the port could ask what is in the bank."""
    if is_guarded or host == "localhost":
        return
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return
    raise MatcherStartError(
        f"{host} can be reached from other machines. Give --token-file, so that only those who know the token are "
        "answered, or --open if something else keeps others out."
    )


@contextlib.contextmanager
def listen_at_port(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens already, so that a port in use is known before the bank is read."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise MatcherStartError(f"There is no address {host} to listen on: {error.strerror}.") from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError as error:
            raise MatcherStartError(
                f"Cannot listen on {host} port {port}: {error.strerror}. Choose another --port, or stop what uses it."
            ) from error
        yield listener


@contextlib.contextmanager
def listen_at_path(path: Path) -> Iterator[socket.socket]:
    """A Unix socket for this user and group; what an earlier run left is taken away, what is in use is not."""
    remove_stale_socket(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        try:
            listener.bind(str(path))
            path.chmod(SOCKET_MODE)
            listener.listen(BACKLOG)
        except OSError as error:
            raise MatcherStartError(f"Cannot listen on {path}: {error.strerror or error}.") from error
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)


def remove_stale_socket(path: Path) -> None:
    """Take away a socket that nobody listens on."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(os.lstat(path).st_mode):
        raise MatcherStartError(f"{path} is there already and is no socket. Choose another --socket.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise MatcherStartError(f"{path} is in use by another process. Choose another --socket, or stop that one.")


def describe_place(listener: socket.socket) -> str:
    """Where the service can be reached."""
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix:{name}"
    host = f"[{name[0]}]" if listener.family == socket.AF_INET6 else name[0]
    return f"http://{host}:{name[1]}"
