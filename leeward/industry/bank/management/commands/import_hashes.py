import uuid
from argparse import ArgumentParser
from collections.abc import Iterable
from itertools import batched
from pathlib import Path
from typing import Never

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.errors import UnreadableList
from leeward.industry.bank.operations import Share, deny_list, finish_import, import_hashes, publish_pending
from leeward.industry.bank.rules import ListedHash, RefusedLine
from leeward.industry.bank.schemas import count_lines, read_list

# Sorted in memory, so that the database writes each of its pages once for so many; about 300 bytes each.
LINES_IN_MEMORY = 250_000
# In one transaction, for which fetches may wait.
ROWS_AT_ONCE = 5_000


def _by_hash(row: ListedHash) -> tuple[str, str]:
    return row.new.hash_type, row.new.value


class Command(BaseCommand):
    help = "Load a list of hashes from a CSV file with the columns hash_type,hash and optionally tier,quality."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="the list; its first line names the columns")

    def handle(self, *, file: Path, verbosity: int, **_options: object) -> None:
        run, deny = uuid.uuid4(), deny_list()
        if connection.vendor == "sqlite":  # the index of random references is read and written all over
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA cache_size = -65536")  # KiB
        loaded = already_there = refused = 0
        try:
            with tqdm(total=count_lines(file), unit="line", unit_scale=True, disable=verbosity == 0) as progress:
                for lines in batched(read_list(file), LINES_IN_MEMORY):
                    bad = [row for row in lines if isinstance(row, RefusedLine)]
                    rows = sorted((row for row in lines if isinstance(row, ListedHash)), key=_by_hash)
                    progress.update(len(bad))
                    parts = list(batched(rows, ROWS_AT_ONCE))
                    for number, part in enumerate(parts):
                        share = Share(number=number, of=len(parts))
                        result = import_hashes(run=run, rows=part, deny=deny, share=share, now=timezone.now())
                        bad += result.refused
                        loaded += result.loaded
                        already_there += result.already_there
                        progress.update(len(part))
                    self._report(bad, progress)
                    refused += len(bad)
        except UnreadableList as error:
            raise CommandError(str(error)) from error
        now = timezone.now()
        finish_import(
            run=run, loaded=loaded, already_there=already_there, refused=refused, by=Actor.operator(), now=now
        )
        publish_pending(now=now)
        self.stdout.write(f"Loaded {loaded}, already there {already_there}, refused {refused}.")

    def _report(self, lines: Iterable[RefusedLine], progress: "tqdm[Never]") -> None:
        ordered = sorted(lines, key=lambda refused: refused.line)
        if ordered:
            progress.clear()
            self.stdout.write("\n".join(f"line {refused.line}: {refused.why}" for refused in ordered))
