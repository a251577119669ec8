"""What runs in the child process that follows the feed: it is the one writer of the bank's file.

It tells the service over a pipe what happened, one JSON object a line, and asks before it confirms a withdrawal to the
exchange: the answer is `go` once the service no longer matches what was withdrawn. It ends when the pipe to it closes,
that is, with the service, however that ended.
"""

import json
import os
import select
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hashmatch.errors import FeedError, HashmatchError, WithdrawalNotTakenInError
from hashmatch.feed import FeedClient, Keys, Page
from hashmatch.sync import SyncResult, follow_feed
from hashmatch.variants import Level

GO = b"go\n"
PAGE, RESULT, TROUBLE, CONFIRM, FATAL = "page", "result", "trouble", "confirm", "fatal"


class ServiceGoneError(HashmatchError):
    """The service has ended, and so does this process."""


class Link:
    """The pipes to the service."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    def tell(self, event: str, values: Mapping[str, Any] | None = None) -> None:
        """Say what happened."""
        line = json.dumps({"event": event, **(values or {})}).encode() + b"\n"
        try:
            os.write(self._outgoing, line)
        except BrokenPipeError as error:
            raise ServiceGoneError from error

    def ask(self) -> bool:
        """Ask whether withdrawals have been taken in."""
        self.tell(CONFIRM)
        return self._read_line() == GO

    def wait(self, seconds: float) -> None:
        """Do nothing for so long, but end with the service."""
        ready, _, _ = select.select([self._incoming], [], [], seconds)
        if ready:
            self._read_line()

    def _read_line(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            piece = os.read(self._incoming, 1)
            if not piece:
                raise ServiceGoneError
            line += piece
        return line


class AskingClient(FeedClient):
    """A client that confirms withdrawals only when the service has taken them in."""

    def __init__(self, site: str, keys: Keys, *, link: Link) -> None:
        super().__init__(site, keys, sleep=link.wait)
        self._link = link

    def acknowledge(self, cursor: str) -> int:
        """Say that every withdrawal up to this cursor has been carried out; how many are still open."""
        if not self._link.ask():
            raise WithdrawalNotTakenInError("The matcher has not taken in a withdrawal, so it was not confirmed.")
        return super().acknowledge(cursor)


def describe_result(result: SyncResult) -> dict[str, Any]:
    """One round, as numbers."""
    counts = result.drawn.counts
    return {
        "entries": result.entries,
        "added": counts.added,
        "updated": counts.updated,
        "removed": counts.removed,
        "open_withdrawals": result.open_withdrawals,
    }


def follow(site: str, keys_file: Path, bank_file: Path, *, every: float, level: Level, link: Link) -> None:
    """Draw the feed into the bank's file until the service ends."""

    def tell_of_page(_: Page) -> None:
        link.tell(PAGE)

    def tell_of_result(result: SyncResult) -> None:
        link.tell(RESULT, describe_result(result))

    def tell_of_trouble(error: FeedError) -> None:
        link.tell(TROUBLE, {"message": str(error)})

    try:
        with AskingClient(site, Keys.from_file(keys_file), link=link) as client:
            follow_feed(
                client,
                bank_file,
                every=every,
                level=level,
                on_page=tell_of_page,
                on_result=tell_of_result,
                on_trouble=tell_of_trouble,
                sleep=link.wait,
            )
    except ServiceGoneError:
        return
    except HashmatchError as error:
        link.tell(FATAL, {"message": str(error)})


def main(arguments: Sequence[str] | None = None) -> None:
    """Run with the exchange's address, the files of keys and bank, seconds between rounds, and the variants' level."""
    site, keys_file, bank_file, every, level = sys.argv[1:] if arguments is None else arguments
    link = Link(sys.stdin.fileno(), os.dup(sys.stdout.fileno()))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    follow(site, Path(keys_file), Path(bank_file), every=float(every), level=Level(level), link=link)


if __name__ == "__main__":
    main()
