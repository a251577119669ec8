"""`hashmatch blind`: ask the exchange whether it knows files, without its list and without showing it the files."""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import click

from hashmatch.blind.checking import BlindChecker, Known
from hashmatch.blind.group import check_library
from hashmatch.cli import (
    KEYS,
    PATHS,
    RESUME,
    SOME_FAILED,
    URL,
    list_failures,
    plain_errors,
    read_finished,
    show_progress,
    warn_if_open,
    write_line,
)
from hashmatch.digests import FileDigests, digest_file
from hashmatch.entries import FeedbackValue
from hashmatch.errors import HashmatchError
from hashmatch.feed import FeedbackItem, FeedClient, Keys, batches
from hashmatch.files import find_files
from hashmatch.hashes import HashValue, VideoMd5Hash

FILES_AT_ONCE = 125

Line = dict[str, Any]


@click.command("blind")
@URL
@KEYS
@click.option(
    "--tell",
    is_flag=True,
    help="Tell the exchange of each known file that a person of yours will look at it (PendingReview). The person who "
    "protected it then sees that you met it.",
)
@PATHS
@RESUME
def blind_command(*, url: str, keys_file: Path, tell: bool, paths: tuple[Path, ...], resume: Path | None) -> None:
    """Print for each file whether the exchange knows it, without drawing the list of hashes.

    Only exact copies are found, by SHA-256 and MD5. The exchange learns the first bits of a number made of each digest,
    which many digests share, and nothing else; `known_by` says which digests are known. A person has to look at a
    known file before anything is done. A file that cannot be read gets a line with `file` and `error`.
    """
    warn_if_open(url)
    files, failures = list(find_files(paths)), list[Line]()
    with plain_errors(), contextlib.ExitStack() as stack:
        check_library()
        client = stack.enter_context(FeedClient(url, Keys.from_file(keys_file)))
        done: set[str] = set()
        output: IO[str] = sys.stdout
        if resume is not None:
            done = read_finished(resume)
            output = stack.enter_context(resume.open("a", encoding="utf-8"))
        bar = stack.enter_context(show_progress("files", len(files)))
        bar.update(len(done))
        for line in check_files(client, [path for path in files if str(path) not in done], tell=tell):
            write_line(output, line)
            if "error" in line:
                failures.append(line)
            bar.update(1)
    if failures:
        click.echo("\n".join(list_failures(failures, len(files))), err=True)
        sys.exit(SOME_FAILED)


def check_files(client: FeedClient, paths: Iterable[Path], *, tell: bool) -> Iterator[Line]:
    """A line for each file, in order; a broken one gets its error and does not stop the rest."""
    checker = BlindChecker(client)
    for part in batches(list(paths), FILES_AT_ONCE):
        read = [read_digests(path) for path in part]
        asked = [one for one in read if isinstance(one, FileDigests)]
        found = dict(zip(asked, checker.check(asked), strict=True))
        if tell:
            send_news(client, found)
        for path, one in zip(part, read, strict=True):
            line: Line = {"file": str(path)}
            yield line | (describe(found[one]) if isinstance(one, FileDigests) else {"error": str(one)})


def read_digests(path: Path) -> FileDigests | HashmatchError:
    """A file's digests, or what is wrong with it."""
    try:
        return digest_file(path)
    except HashmatchError as error:
        return error


def describe(known: Known) -> Line:
    """The fields of one file."""
    return {"known": bool(known), "known_by": [kind for kind in ("sha256", "md5") if getattr(known, kind)]}


def send_news(client: FeedClient, found: dict[FileDigests, Known]) -> None:
    """Tell of known files that a person will look; of a known MD5, as a picture's and as a video's."""
    items = []
    for digests, known in found.items():
        hashes: list[HashValue] = [digests.sha256] if known.sha256 else []
        hashes += [digests.md5, VideoMd5Hash(digests.md5.bytes)] if known.md5 else []
        items += [FeedbackItem(one, FeedbackValue.PENDING_REVIEW) for one in hashes]
    for _ in client.send_feedback(items):
        pass
