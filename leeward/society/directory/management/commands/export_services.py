"""`leeward export-services`: everything that is published, as one package in the open standard."""

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Never

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from leeward.society.directory.errors import PackageUnsettled
from leeward.society.directory.queries.packages import Written, count_published_services, write_folder, write_zip
from leeward.society.directory.rules.tables import TABLES

NAME = "services.zip"


class Command(BaseCommand):
    help = "Write what the directory publishes as a tabular data package (HSDS 3.1): a zip file, or a folder of CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "to",
            type=Path,
            nargs="?",
            default=Path(NAME),
            metavar="FILE.zip|FOLDER",
            help=f"a name that ends in .zip, or a folder, which is made where it is not there ({NAME})",
        )

    def handle(self, *, to: Path, **_options: object) -> None:
        try:
            with tqdm(total=count_published_services(), unit=" services", disable=None) as bar:
                written = _write(to, bar)
        except PackageUnsettled as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{to} cannot be written: {error.strerror}. Give another place.") from error
        for table in TABLES:
            self.stdout.write(f"  {table.file}: {written.lines[table.name]}")
        self.stdout.write(f"Written to {to}.")


def _write(to: Path, bar: "tqdm[Never]") -> Written:
    """Write beside the file and put it in its place whole, so that nobody ever reads a half of it."""

    def progress(done: int) -> None:
        bar.update(done)

    if to.suffix.lower() != ".zip":
        to.mkdir(parents=True, exist_ok=True)
        return write_folder(to, progress=progress)
    handle, draft = tempfile.mkstemp(prefix=f".{to.name}.", dir=to.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            written = write_zip(file, progress=progress)
        Path(draft).chmod(0o644)
        Path(draft).replace(to)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return written
