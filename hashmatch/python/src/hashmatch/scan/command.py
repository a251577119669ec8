"""`hashmatch scan` matches an archive against a bank; `hashmatch archive` keeps a platform's own hashes ready."""

import contextlib
import json
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import click
from tqdm import tqdm

from hashmatch.cli import SOME_FAILED, plain_errors
from hashmatch.errors import ArchiveError, BankLockedError
from hashmatch.index import LARGEST_DISTANCE
from hashmatch.locking import lock_for_writing
from hashmatch.scan.append import add_source
from hashmatch.scan.archive import ARCHIVE_FILE, ROWS_PER_SHARD, check_archive, compact, remove_ids
from hashmatch.scan.ledger import Receipt
from hashmatch.scan.run import Engine, Summary, Workforce, scan
from hashmatch.scan.settings import (
    DEFAULT_COLUMN,
    DEFAULT_ID_COLUMN,
    DEFAULT_LIMIT,
    DEFAULT_QUALITY_COLUMN,
    Columns,
    Format,
    Kind,
    Settings,
)
from hashmatch.scan.sources import find_kind
from hashmatch.variants import MATCH_DISTANCE

STOPPED = 130
AUTO = "auto"


@contextlib.contextmanager
def stop_on_terminate() -> Iterator[None]:
    """Let a polite request to end do what Ctrl-C does."""

    def stop(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def column_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name the columns of Parquet files."""
    for option in (
        click.option("--quality-column", metavar="NAME", default=DEFAULT_QUALITY_COLUMN, show_default=True),
        click.option("--id-column", metavar="NAME", default=DEFAULT_ID_COLUMN, show_default=True),
        click.option(
            "--column",
            metavar="NAME",
            default=DEFAULT_COLUMN,
            show_default=True,
            help="The column of Parquet files that holds the PDQ hashes: 32 bytes or 64 hexadecimal digits.",
        ),
    ):
        function = option(function)
    return function


@click.command("scan")
@click.argument("source")
@click.option(
    "--bank",
    "--new",
    "bank_file",
    metavar="FILE",
    required=True,
    type=click.Path(path_type=Path),
    help="The bank, or a text file with a PDQ hash on each line, such as the day's new ones.",
)
@click.option(
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder for the results. Give it again to go on with a scan that was stopped.",
)
@click.option(
    "--engine", type=click.Choice([one.value for one in Engine]), default=Engine.LOCAL.value, show_default=True
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(min=0),
    help="Worker processes; 0 does all in one process. [default: one for each core]",
)
@click.option("--address", metavar="RAY", help="The Ray cluster to use. [default: start Ray on this machine]")
@click.option(
    "--distance",
    type=click.IntRange(0, LARGEST_DISTANCE),
    default=MATCH_DISTANCE,
    show_default=True,
    help="The most bits in which two PDQ hashes may differ. Above 31 matches are mostly chance, and slow to find.",
)
@click.option(
    "--kind",
    type=click.Choice([AUTO, *(one.value for one in Kind)]),
    default=AUTO,
    show_default=True,
    help="files: pictures; list: a text file with a path or URL on each line; hashes: Parquet; archive: see `archive`.",
)
@column_options
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=DEFAULT_LIMIT,
    show_default=True,
    help="The most matches of one item, nearest first; an item with more is named among the errors.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice([one.value for one in Format]),
    default=Format.PARQUET.value,
    show_default=True,
)
@click.option("--shard-size", metavar="N", type=click.IntRange(min=1), help="The most items of one shard.")
def scan_command(
    *,
    source: str,
    bank_file: Path,
    output: Path,
    engine: str,
    workers: int | None,
    address: str | None,
    distance: int,
    kind: str,
    column: str,
    id_column: str,
    quality_column: str,
    limit: int,
    form: str,
    shard_size: int | None,
) -> None:
    """Match everything in SOURCE against a bank.

    SOURCE is a folder or URL (s3://, gs://, ...) of pictures and videos, or of Parquet files with hashes, or an archive
    of your own hashes made by `hashmatch archive add`, which is looked up for each hash of the bank in a moment.

    Results are Parquet files in DIR/matches and DIR/errors, each shard's written once. Stop it whenever you like: the
    same command goes on where it was. It is refused if the bank has changed since. The last line on standard output is
    a summary in JSON.
    """
    with plain_errors():
        settings = Settings(
            source=source,
            kind=find_kind(source) if kind == AUTO else Kind(kind),
            distance=distance,
            limit=limit,
            columns=Columns(column, id_column, quality_column),
            format=Format(form),
            shard_size=shard_size,
        )
        summary = run_with_progress(settings, bank_file, output, Workforce(Engine(engine), workers, address))
    report(summary)
    sys.exit(SOME_FAILED if summary.errors or summary.failed else 0)


def run_with_progress(settings: Settings, bank_file: Path, output: Path, workforce: Workforce) -> Summary:
    """Scan with a bar on standard error; a stop says how to go on."""
    unit = " hashes" if settings.kind in (Kind.HASHES, Kind.ARCHIVE) else " files"
    with stop_on_terminate(), tqdm(unit=unit, unit_scale=True, file=sys.stderr, disable=None, leave=False) as bar:
        found = {"matches": 0, "errors": 0}

        def show(receipt: Receipt) -> None:
            found["matches"] += receipt.matches
            found["errors"] += receipt.errors
            bar.set_postfix(found, refresh=False)
            bar.update(receipt.items)

        try:
            return scan(settings, bank_file, output, workforce=workforce, on_receipt=show)
        except KeyboardInterrupt:
            bar.close()
            click.echo(
                f"hashmatch: stopped. What is done is safe in {output}; run the same command again to go on.", err=True
            )
            sys.exit(STOPPED)


def report(summary: Summary) -> None:
    """The last lines: for people on standard error, for programs on standard output."""
    for failed in summary.failed:
        click.echo(
            f"hashmatch: shard {failed.shard} failed three times: {failed.reason}. "
            f"Its items: {failed.first} to {failed.last}. Run the same command again to try it once more.",
            err=True,
        )
    click.echo(
        f"hashmatch: {summary.items} items, {summary.matches} matches, {summary.errors} errors, "
        f"{summary.seconds:.1f} seconds, {summary.items_per_second:.0f} items/s",
        err=True,
    )
    click.echo(json.dumps(summary.to_json()))


ARCHIVE = click.argument("archive", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))


@click.group("archive")
def archive_command() -> None:
    """Keep the hashes of what you store, so that a new hash is looked up among all of them in a moment.

    Then `hashmatch scan DIR --new hashes.txt --output RESULTS` finds what you have of it.
    """


@archive_command.command("add")
@ARCHIVE
@click.argument("source")
@column_options
@click.option(
    "--shard-rows",
    metavar="N",
    type=click.IntRange(min=1),
    default=ROWS_PER_SHARD,
    show_default=True,
    help="The most hashes of one file; memory needed is about 300 bytes times this.",
)
def add_command(
    *, archive: Path, source: str, column: str, id_column: str, quality_column: str, shard_rows: int
) -> None:
    """Add the hashes of Parquet files to DIR, which is made if it is not there. The same source again changes nothing.

    Hashes with a quality below 50 are left out: they are never compared.
    """
    columns = Columns(column, id_column, quality_column)
    with (
        plain_errors(),
        hold_archive(archive),
        tqdm(unit=" hashes", unit_scale=True, file=sys.stderr, disable=None, leave=False) as bar,
    ):
        added = add_source(archive, source, columns, shard_rows=shard_rows, on_rows=bar.update)
    counts = {"added": added.rows, "bad": added.bad, "plain": added.plain}
    click.echo(json.dumps({**counts, "was_there_already": added.is_known}))
    sys.exit(SOME_FAILED if added.bad else 0)


@archive_command.command("remove")
@ARCHIVE
@click.argument("ids_file", metavar="FILE", type=click.File("r", encoding="utf-8"))
def remove_command(*, archive: Path, ids_file: Any) -> None:
    """Remove the hashes with the ids in FILE, one a line: they are found no more. `compact` also erases them."""
    ids = [line.strip() for line in ids_file if line.strip()]
    with plain_errors(), hold_archive(archive):
        removed = remove_ids(archive, ids)
    click.echo(json.dumps({"removed": removed}))


@archive_command.command("compact")
@ARCHIVE
def compact_command(*, archive: Path) -> None:
    """Write the files that hold removed hashes anew, so that nothing of them is left on the disk."""
    with plain_errors(), hold_archive(archive):
        written = compact(archive)
    click.echo(json.dumps({"files_written_anew": written}))


@archive_command.command("check")
@ARCHIVE
def check_command(*, archive: Path) -> None:
    """Read everything once and compare it with its checksums."""
    with plain_errors():
        rows = check_archive(archive)
    click.echo(json.dumps({"hashes": rows}))


@contextlib.contextmanager
def hold_archive(archive: Path) -> Iterator[None]:
    """Be the only one who changes the archive."""
    try:
        archive.mkdir(parents=True, exist_ok=True)
        with lock_for_writing(archive / ARCHIVE_FILE):
            yield
    except BankLockedError as error:
        raise ArchiveError(f"Another process is changing {archive}. Wait until it has ended.") from error
    except OSError as error:
        raise ArchiveError(f"{archive} cannot be written: {error.strerror or error}.") from error
