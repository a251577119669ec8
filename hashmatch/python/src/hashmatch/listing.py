"""`hashmatch list`: lists of hashes for the exchange, made where the pictures are, without any name of a file."""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import click

from hashmatch.batch import hash_files
from hashmatch.cli import PATHS, SOME_FAILED, WORKERS, CannotRunError, Line, list_failures, plain_errors, show_progress
from hashmatch.files import FileHashes, find_files
from hashmatch.pdq import QualifiedHash
from hashmatch.variants import FRAME, MOST_KEPT_FRAMES, TURNS, is_plain
from hashmatch.video import VideoFrame

COLUMNS = ("hash_type", "hash", "variant", "quality")
LINES_MOST = 2_000  # of one list: what the exchange's page takes at once
UPRIGHT = TURNS[0]


class ListLine(NamedTuple):
    """One hash of a list; a digest has no quality."""

    hash_type: str
    hash: str
    variant: str
    quality: str


@click.command("list")
@PATHS
@click.option(
    "--to",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="An empty folder, or one that is not there yet, for the lists.",
)
@click.option("--family", is_flag=True, help="Also the hashes of turned, mirrored, trimmed and cropped forms.")
@WORKERS
def list_command(*, paths: tuple[Path, ...], folder: Path, family: bool, workers: int | None) -> None:
    """Write lists of hashes for the exchange: type, hash, variant and quality, and no name of any file.

    It needs no network. What is no picture and no video is left out, and so are hashes of pictures that are too plain,
    which would match by chance. Each hash is written once, at most 2,000 on a list: hashes-1.csv, hashes-2.csv. The
    names of the lists are printed.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CannotRunError(f"{folder} is not empty. Name a new folder, so that no list is mixed with an older one.")
    files = list(find_files(paths))
    found: dict[tuple[str, str], ListLine] = {}
    plain = 0
    failed: list[Line] = []
    with plain_errors(), show_progress("files", len(files)) as bar:
        for result in hash_files(files, workers=workers, with_family=family):
            bar.update(1)
            error = result.error or (result.hashes and result.hashes.picture_error)
            if result.hashes is None or error is not None:
                failed.append({"file": str(result.path), "error": str(error)})
                continue
            pictures, too_plain = _pictures_of(result.hashes)
            plain += too_plain
            for line in (*pictures, *_digests_of(result.hashes)):
                found.setdefault((line.hash_type, line.hash), line)
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(_parts(list(found.values())), 1):
        path = folder / f"hashes-{number}.csv"
        path.write_text(_as_csv(part), encoding="utf-8")
        click.echo(path)
    if plain:
        click.echo(f"hashmatch: hashes left out because their picture is too plain: {plain}.", err=True)
    if failed:
        click.echo("\n".join(list_failures(failed, len(files))), err=True)
        sys.exit(SOME_FAILED)


def _pictures_of(hashes: FileHashes) -> tuple[list[ListLine], int]:
    """The PDQ hashes of a picture or of a video's frames, and how many were too plain."""
    told: list[tuple[str, QualifiedHash | VideoFrame]] = []
    if hashes.pdq is not None:
        told.append((UPRIGHT, hashes.pdq))
    told += [(each.variant, QualifiedHash(each.hash, each.quality)) for each in hashes.family]
    told += [(FRAME, each) for each in _spread(hashes.frames or ())]
    usable = [
        ListLine("pdq", each.hash.hex, variant, str(each.quality))
        for variant, each in told
        if each.is_usable and not is_plain(each.hash.hex)
    ]
    return usable, len(told) - len(usable)


def _spread(frames: Sequence[VideoFrame]) -> Sequence[VideoFrame]:
    """At most so many frames as the bank keeps of one video, spread over its length."""
    if len(frames) <= MOST_KEPT_FRAMES:
        return frames
    return [frames[place * len(frames) // MOST_KEPT_FRAMES] for place in range(MOST_KEPT_FRAMES)]


def _digests_of(hashes: FileHashes) -> Iterator[ListLine]:
    """The digests of the file, by which exact copies are known."""
    md5_type = "md5" if hashes.frames is None else "video_md5"
    yield ListLine(md5_type, hashes.digests.md5.hex, UPRIGHT, "")
    yield ListLine("sha256", hashes.digests.sha256.hex, UPRIGHT, "")


def _parts(lines: list[ListLine]) -> Iterator[list[ListLine]]:
    rest = iter(sorted(lines))  # in no order of the device's
    while part := list(islice(rest, LINES_MOST)):
        yield part


def _as_csv(lines: Sequence[ListLine]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *lines])
    return text.getvalue()
