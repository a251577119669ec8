"""The `hashmatch` command: hash files, draw the exchange's hashes, match files against them, answer the exchange."""

import contextlib
import functools
import importlib
import json
import logging
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, TypeAlias
from urllib.parse import urlsplit

import click
from tqdm import tqdm

from hashmatch import __version__
from hashmatch.bank import Bank, BankMatch
from hashmatch.batch import FileResult, hash_files
from hashmatch.errors import FeedbackValueError, FeedError, HashmatchError
from hashmatch.feed import FeedbackItem, FeedClient, Keys, Page, guess_hash, parse_feedback_value
from hashmatch.files import FileHashes, find_files
from hashmatch.hashes import PdqHash
from hashmatch.index import LARGEST_DISTANCE
from hashmatch.sync import SyncResult, follow_feed, sync_bank
from hashmatch.variants import MATCH_DISTANCE, Level
from hashmatch.video import FramesMatch, VideoFrame, match_bank

SOME_FAILED = 1
COULD_NOT_RUN = 2
MOST_FAILURES_SHOWN = 20

Line: TypeAlias = dict[str, Any]


class CannotRunError(click.ClickException):
    """Ends the command with a message instead of a traceback."""

    exit_code = COULD_NOT_RUN


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the library's named errors into one line on standard error."""
    try:
        yield
    except HashmatchError as error:
        raise CannotRunError(str(error)) from error


PATHS = click.argument(
    "paths", metavar="FILE|DIR...", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False)
)
RESUME = click.option(
    "--resume",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Add the lines to FILE instead of printing them, and leave out the files that it has already.",
)
WORKERS = click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(min=1),
    help="How many processes hash files. With 1 there is no other process, and a file that crashes its decoder ends "
    "the command.  [default: one for each core]",
)
URL = click.option(
    "--url", metavar="SITE", required=True, help="Address of the exchange, such as https://exchange.example."
)
KEYS = click.option(
    "--keys",
    "keys_file",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="JSON file with your keys, as the exchange's operator gave it to you.",
)
BANK = click.option(
    "--bank", "bank_file", metavar="FILE", required=True, type=click.Path(path_type=Path), help="The bank's file."
)


# Commands that are imported when they are called: name, module and attribute, one line of help.
# What they need beside is the optional extra that is named like their package.
LAZY_COMMANDS = {
    "blind": ("hashmatch.blind.command", "blind_command", "Ask the exchange about files, without its list."),
    "serve": ("hashmatch.serve.command", "serve_command", "Answer over HTTP which hashes and files match the bank."),
    "scan": ("hashmatch.scan.command", "scan_command", "Match a whole archive against a bank, on one machine or many."),
    "archive": ("hashmatch.scan.command", "archive_command", "Keep your own hashes ready to be asked for a new one."),
    "list": ("hashmatch.listing", "list_command", "Write lists of hashes for the exchange, without names of files."),
    "doctor": ("hashmatch.doctor", "doctor_command", "Say which form of the arithmetic is at work, and try it."),
}


class Commands(click.Group):
    """The group of all commands; those of optional packages cost nothing until they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, for the help."""
        return [*super().list_commands(ctx), *LAZY_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name; a missing optional package is named with the way to get it."""
        if cmd_name not in LAZY_COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, attribute, help_line = LAZY_COMMANDS[cmd_name]
        try:
            command: click.Command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            return missing_command(cmd_name, help_line, error, extra=module.split(".")[1])
        return command


def missing_command(name: str, help_line: str, error: ModuleNotFoundError, *, extra: str) -> click.Command:
    """A command that says which package it lacks."""
    message = f"`hashmatch {name}` needs the package {error.name}: install 'hashmatch[{extra}]'."

    def refuse(**_: object) -> None:
        raise CannotRunError(message) from error

    taking_anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(name, callback=refuse, short_help=help_line, context_settings=taking_anything)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="hashmatch")
@click.option("-v", "--verbose", is_flag=True, help="Tell on standard error what is going on.")
def main(*, verbose: bool) -> None:
    """Hash pictures and videos, and match them against hashes of intimate images that people asked to keep offline.

    \b
    Results are JSON, one object a line, on standard output. Exit codes:
      0  all went well
      1  some files or items failed; their lines say why
      2  the command could not run
    """
    level = logging.INFO if verbose else logging.WARNING
    logging.basicConfig(stream=sys.stderr, level=level, format="hashmatch: %(message)s")


@main.command("hash")
@PATHS
@click.option("--family", is_flag=True, help="Also the hashes of turned, mirrored, trimmed and cropped forms.")
@WORKERS
@RESUME
def hash_command(*, paths: tuple[Path, ...], family: bool, workers: int | None, resume: Path | None) -> None:
    """Print PDQ hash, quality, MD5 and SHA-256 of each file, and of each file in a folder.

    `others` are hash and quality of what else may be seen of a picture: over white, in other frames, in other colours;
    `note` says that it is cut short, or not all looked at. A video has `frames`: its frames, five a second without
    those that hardly differ, as seconds, hash and quality. If they are not complete, `video_error` says why. A file
    that cannot be hashed gets a line with `file` and `error`.
    """

    def describe(hashes: FileHashes) -> Line:
        if hashes.picture_error is not None:
            raise hashes.picture_error
        return describe_hashes(hashes)

    hasher = functools.partial(hash_files, workers=workers, with_family=family)
    run_over_files(paths, hasher, describe, resume=resume)


@main.command("match")
@BANK
@click.option(
    "--distance",
    type=click.IntRange(0, LARGEST_DISTANCE),
    default=MATCH_DISTANCE,
    show_default=True,
    help="The most bits in which two PDQ hashes may differ. Above 31 matches are mostly chance, and slow to find.",
)
@PATHS
@WORKERS
@RESUME
def match_command(
    *, bank_file: Path, distance: int, paths: tuple[Path, ...], workers: int | None, resume: Path | None
) -> None:
    """Print for each file which hashes of the bank it matches.

    Pictures are compared by PDQ within the distance, all files by MD5 and SHA-256. `matches` is empty where nothing
    matches; `compared` is false, and `reason` says why, where only exact copies could be found; `note` says that a file
    is cut short, or that not all of it was looked at. For a video there is one match for each picture or video of the
    bank that its frames show, with the time of the first of them. A match with `needs_person` is near enough to chance
    that a person should look before anything is done, and so is every match of tier `submitted`.
    """
    with plain_errors():
        bank = Bank.open(bank_file)

    def describe(hashes: FileHashes) -> Line:
        if hashes.frames is not None:
            return describe_video_matches(bank, hashes, hashes.frames, distance=distance)
        matches = bank.match(*hashes.to_match(), max_distance=distance).matches
        if hashes.picture_error is not None and not matches:
            raise hashes.picture_error
        return {"matches": [describe_match(match, hashes) for match in matches], **describe_comparison(hashes)}

    run_over_files(paths, functools.partial(hash_files, workers=workers), describe, resume=resume)


@main.command("sync")
@URL
@KEYS
@BANK
@click.option(
    "--follow",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    help="Keep running and look for news every so many seconds.",
)
@click.option(
    "--variants",
    type=click.Choice([level.value for level in Level]),
    default=Level.FRAMES.value,
    show_default=True,
    help="How much of each hash family to draw; each choice holds those before it.",
)
def sync_command(*, url: str, keys_file: Path, bank_file: Path, follow: float | None, variants: str) -> None:
    """Draw new hashes from the exchange into the bank and remove withdrawn ones.

    Each page is safe on disk before the next is asked for: stop and start it whenever you like. Withdrawals are
    confirmed to the exchange once the bank's file no longer holds them.
    """
    warn_if_open(url)
    level = Level(variants)
    with plain_errors(), FeedClient(url, Keys.from_file(keys_file)) as client, show_progress("hashes", None) as bar:

        def show_page(page: Page) -> None:
            bar.update(len(page.entries))

        if follow is None:
            print_result(sync_bank(client, bank_file, level=level, on_page=show_page))
            return

        def report_news(result: SyncResult) -> None:
            if result.changed_anything:
                print_result(result)

        def report_trouble(error: FeedError) -> None:
            click.echo(f"hashmatch: {error} Trying again in {follow:g} s.", err=True)

        with contextlib.suppress(KeyboardInterrupt):
            follow_feed(client, bank_file, every=follow, level=level, on_result=report_news, on_trouble=report_trouble)


@main.command("feedback")
@URL
@KEYS
@click.option("--hash", "hash_text", metavar="HEX", help="The hash you say something about.")
@click.option(
    "--hash-type", metavar="TYPE", help="pdq, video_md5, md5 or sha256. [default: by length, pdq or video_md5]"
)
@click.option(
    "--value", help="Blocked, NotBlocked, PendingReview, QualityUnknown, None, Withdrawn, Deleted or Unknown."
)
@click.option("--tag", "tags", multiple=True, help="A word of your own; may be given several times.")
def feedback_command(
    *, url: str, keys_file: Path, hash_text: str | None, hash_type: str | None, value: str | None, tags: tuple[str, ...]
) -> None:
    """Tell the exchange what became of a match.

    Without --hash and --value, JSON lines are read from standard input: objects with `hash` and `value`, and if you
    like `tags` (a list) and `hash_type`. It is safe to send the same again.
    """
    warn_if_open(url)
    failed = False
    with plain_errors():
        keys = Keys.from_file(keys_file)
        if hash_text is not None and value is not None:
            hash_value = guess_hash(hash_text, hash_type)
            items = [FeedbackItem(hash_value, parse_feedback_value(value), tags)]
        elif hash_text is None and value is None and not tags and hash_type is None:
            items, failed = read_feedback_lines(sys.stdin)
        else:
            raise click.UsageError("Give both --hash and --value, or neither and JSON lines on standard input.")
        with FeedClient(url, keys) as client, show_progress("items", len(items)) as progress:
            for result in client.send_feedback(items):
                progress.update(1)
                failed = failed or not result.is_accepted
                click.echo(json.dumps({"hash": result.hash, "result": result.result, "message": result.message}))
    sys.exit(SOME_FAILED if failed else 0)


def run_over_files(
    paths: Iterable[Path],
    hasher: Callable[[Iterable[Path]], Generator[FileResult, None, None]],
    describe: Callable[[FileHashes], Line],
    *,
    resume: Path | None,
) -> None:
    """Describe every file by one line; a broken file gets its error and does not stop the rest."""
    files = list(find_files(paths))
    failures: list[Line] = []
    with plain_errors(), contextlib.ExitStack() as stack:
        done: set[str] = set()
        output: IO[str] = sys.stdout
        if resume is not None:
            done = read_finished(resume)
            output = stack.enter_context(resume.open("a", encoding="utf-8"))
        left = [path for path in files if str(path) not in done]
        bar = stack.enter_context(show_progress("files", len(files)))
        bar.update(len(files) - len(left))
        for result in stack.enter_context(contextlib.closing(hasher(left))):
            line = describe_or_error(result, describe)
            write_line(output, line)
            if "error" in line:
                failures.append(line)
            bar.update(1)
    if failures:
        click.echo("\n".join(list_failures(failures, len(files))), err=True)
        sys.exit(SOME_FAILED)


def list_failures(failures: list[Line], files: int) -> Iterator[str]:
    """What to tell at the end about the files that failed: how many, and the first of them."""
    yield f"hashmatch: {len(failures)} of {files} files failed:"
    for line in failures[:MOST_FAILURES_SHOWN]:
        yield f"  {json.dumps(line['file'])}: {line['error']}"
    if len(failures) > MOST_FAILURES_SHOWN:
        yield f"  and {len(failures) - MOST_FAILURES_SHOWN} more; their lines say why."


def describe_or_error(result: FileResult, describe: Callable[[FileHashes], Line]) -> Line:
    """A file's line, or one that says what is wrong with it."""
    try:
        if result.hashes is not None:
            return {"file": str(result.path), **describe(result.hashes)}
        return {"file": str(result.path), "error": str(result.error)}
    except HashmatchError as error:
        return {"file": str(result.path), "error": str(error)}


def write_line(output: IO[str], line: Line) -> None:
    """Write a whole line: Ctrl-C waits until it is there."""
    waiting: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, _: waiting.append(number))
    try:
        output.write(json.dumps(line) + "\n")
        output.flush()
    finally:
        signal.signal(signal.SIGINT, previous)
    if waiting and callable(previous):
        previous(signal.SIGINT, None)


def read_finished(path: Path) -> set[str]:
    """The files that an earlier run has dealt with; a line that it left unfinished is cut off."""
    try:
        content = path.read_bytes() if path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            with path.open("r+b") as stream:
                stream.truncate(len(whole))
        return {str(json.loads(line)["file"]) for line in whole.splitlines()}
    except OSError as error:
        raise CannotRunError(f"{path} cannot be used: {error.strerror}.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise CannotRunError(f"{path} holds something else than lines of this command; give another file.") from error


def describe_hashes(hashes: FileHashes) -> Line:
    """The fields of `hashmatch hash`."""
    line: Line = {
        "pdq": None if hashes.pdq is None else hashes.pdq.hash.hex,
        "quality": None if hashes.pdq is None else hashes.pdq.quality,
        "md5": hashes.digests.md5.hex,
        "sha256": hashes.digests.sha256.hex,
    }
    if hashes.others:
        line["others"] = describe_others(hashes)
    if hashes.note is not None:
        line["note"] = hashes.note
    if hashes.frames is not None:
        line["frames"] = [[round(one.seconds, 3), one.hash.hex, one.quality] for one in hashes.frames]
    if hashes.video_error is not None:
        line["video_error"] = str(hashes.video_error)
    if hashes.family:
        line["family"] = [[member.variant, member.hash.hex, member.quality] for member in hashes.family]
    return line


def describe_others(hashes: FileHashes) -> list[list[object]]:
    """Hash and quality of what else may be seen of a picture."""
    return [[one.hash.hex, one.quality] for one in hashes.others]


def describe_comparison(hashes: FileHashes) -> Line:
    """Whether changed copies could be found too, and why not; and what there is to say of the file."""
    line: Line = {"compared": True} if hashes.is_compared else {"compared": False, "reason": hashes.reason}
    return line if hashes.note is None else line | {"note": hashes.note}


def describe_match(match: BankMatch, hashes: FileHashes) -> Line:
    """The fields of one match, the bank's hash first."""
    views = (hashes.pdq, *hashes.others)
    plain_picture = isinstance(match.entry.hash, PdqHash) and any(one and not one.is_distinctive for one in views)
    record = match.entry.to_wire()
    return {
        "hash": record.pop("hash"),
        "distance": match.distance,
        "needs_person": match.needs_person or plain_picture,
        **record,
    }


def describe_video_matches(bank: Bank, hashes: FileHashes, frames: Sequence[VideoFrame], *, distance: int) -> Line:
    """The fields of `hashmatch match` for a video: exact copies, then each picture or video that its frames match."""
    line: Line = {
        "matches": [
            *(describe_match(match, hashes) for match in bank.match(*hashes.exact()).matches),
            *(describe_frames_match(match) for match in match_bank(frames, bank, max_distance=distance)),
        ],
        "hashed_frames": len(frames),
        **describe_comparison(hashes),
    }
    return line if hashes.video_error is None else line | {"video_error": str(hashes.video_error)}


def describe_frames_match(match: FramesMatch) -> Line:
    """The fields of one picture or video of the bank that frames of a video match, by its best hash."""
    record = match.best.entry.to_wire()
    return {
        "hash": record.pop("hash"),
        "distance": match.best.distance,
        "needs_person": match.needs_person,
        "first_seconds": round(match.first_seconds, 3),
        "matched_frames": match.frames,
        "matched_hashes": match.bank_hashes,
        **record,
    }


def read_feedback(record: object) -> FeedbackItem:
    """One item from its JSON."""
    if not isinstance(record, dict):
        raise FeedbackValueError("It is not a JSON object.")
    text, value, tags = record.get("hash"), record.get("value"), record.get("tags") or []
    hash_type = record.get("hash_type")
    if not isinstance(text, str) or not isinstance(value, str):
        raise FeedbackValueError("It needs a hash and a value, both text.")
    if not isinstance(hash_type, str | None):
        raise FeedbackValueError("Its hash_type is not text.")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise FeedbackValueError("Its tags are not a list of texts.")
    return FeedbackItem(guess_hash(text, hash_type), parse_feedback_value(value), tuple(tags))


def read_feedback_lines(stream: Iterable[str]) -> tuple[list[FeedbackItem], bool]:
    """The items of JSON lines, and whether any line could not be used."""
    items, failed = [], False
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            items.append(read_feedback(json.loads(line)))
        except (ValueError, HashmatchError) as error:
            failed = True
            click.echo(f"hashmatch: line {number}: {error}", err=True)
    return items, failed


def print_result(result: SyncResult) -> None:
    """One line on what a run did."""
    counts = result.drawn.counts
    line: Line = {
        "entries": result.entries,
        "added": counts.added,
        "updated": counts.updated,
        "removed": counts.removed,
        "skipped": result.drawn.skipped,
        "open_withdrawals": result.open_withdrawals,
    }
    click.echo(json.dumps(line))


def warn_if_open(url: str) -> None:
    """Keys that travel without encryption can be read on the way."""
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        click.echo("hashmatch: this address has no encryption (http): your keys can be read on their way.", err=True)


def show_progress(unit: str, total: int | None) -> "tqdm[Any]":
    """A bar on standard error, if a person is looking."""
    return tqdm(total=total, unit=f" {unit}", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)
