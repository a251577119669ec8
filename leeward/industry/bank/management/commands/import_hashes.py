import uuid
from argparse import ArgumentParser
from collections.abc import Iterable
from itertools import batched
from pathlib import Path
from typing import Never

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.errors import UnreadableList
from leeward.industry.bank.operations import finish_import, import_hashes, publish_pending
from leeward.industry.bank.rules import ListedHash, RefusedLine
from leeward.industry.bank.schemas import count_lines, read_list

ROWS_AT_ONCE = 2_000


class Command(BaseCommand):
    help = "Load a list of hashes from a CSV file with the columns hash_type,hash and optionally tier,quality."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv", help="the list; its first line names the columns")

    def handle(self, *, file: Path, verbosity: int, **_options: object) -> None:
        run = uuid.uuid4()
        loaded = already_there = refused = 0
        try:
            with tqdm(total=count_lines(file), unit="line", unit_scale=True, disable=verbosity == 0) as progress:
                for part in batched(read_list(file), ROWS_AT_ONCE):
                    result = import_hashes(
                        run=run, rows=[row for row in part if isinstance(row, ListedHash)], now=timezone.now()
                    )
                    bad = [row for row in part if isinstance(row, RefusedLine)]
                    self._report([*bad, *result.refused], progress)
                    loaded += result.loaded
                    already_there += result.already_there
                    refused += len(bad) + len(result.refused)
                    progress.update(len(part))
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
