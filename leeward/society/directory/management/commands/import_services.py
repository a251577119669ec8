"""`leeward import-services`: entries from a data package in the open standard."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Never

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.management.listing import SHOWN_MOST, refuse, refusing, tell_notes
from leeward.society.directory.management.taking_in import PackageImport, Tally, package_import
from leeward.society.directory.queries.importing import Verdict, Wins
from leeward.society.directory.rules.checks import is_mail_address


class Command(BaseCommand):
    help = "Take entries in from a tabular data package (HSDS 3.1), a zip file or a folder; safe to stop and to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("package", type=Path, metavar="FILE.zip|FOLDER", help="see docs/directory-data.md")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
        parser.add_argument(
            "--overwrite",
            action="store_const",
            const=Wins.FILE,
            default=Wins.HERE,
            dest="wins",
            help="take the file's words also where an entry was edited here after it; what is confidential stays so",
        )
        parser.add_argument(
            "--owner-email",
            type=_mailbox,
            metavar="ADDRESS",
            help="the mailbox that is asked whether the new services are still correct; it is published nowhere",
        )

    def handle(self, *, package: Path, dry_run: bool, wins: Wins, owner_email: str | None, **_options: object) -> None:
        with refusing(package), package_import(wins) as run:
            self._take_in(run, package, dry_run=dry_run, owner_email=owner_email or "")

    def _take_in(self, run: PackageImport, package: Path, *, dry_run: bool, owner_email: str) -> None:
        with tqdm(unit=" lines", desc="reading", disable=None) as bar:
            run.read(package, _counter(bar))
        outcome = Tally()
        if not run.findings.is_broken:
            with tqdm(total=run.entries, unit=" entries", desc="looking", disable=None) as bar:
                outcome = run.judge(_counter(bar))
        tell_notes(run.findings, self.stdout)
        refuse(run.findings, "Nothing was taken in.")
        if dry_run:
            self._sum_up(outcome)
            self.stdout.write("This was a dry run: nothing was written.")
            return
        try:
            with tqdm(total=run.entries, unit=" entries", desc="writing", disable=None) as bar:
                outcome = run.write(_counter(bar), owner_email=owner_email, by=Actor.operator(), clock=timezone.now)
        except KeyboardInterrupt:
            self.stderr.write("Stopped. What was written stays; run it again to go on.")
            raise
        self._sum_up(outcome)
        refuse(run.findings, "All others were taken in.")

    def _sum_up(self, outcome: Tally) -> None:
        for line in outcome.kept[:SHOWN_MOST]:
            self.stdout.write(line)
        kept = sum(counts[Verdict.KEPT] for counts in outcome.counts.values())
        if kept:
            more = f" (the first {SHOWN_MOST} are shown)" if kept > SHOWN_MOST else ""
            self.stdout.write(
                f"{kept} stay as they are here{more}. --overwrite takes the file's words for edited ones."
            )
        for name, counts in outcome.counts.items():
            told = (f"{verdict.value} {counts[verdict]}" for verdict in (Verdict.NEW, Verdict.CHANGED, Verdict.SAME))
            self.stdout.write(f"{name}: {', '.join(told)}")


def _counter(bar: "tqdm[Never]") -> Callable[[int], None]:
    def count(done: int) -> None:
        bar.update(done)

    return count


def _mailbox(text: str) -> str:
    if not is_mail_address(text):
        raise ArgumentTypeError("give an address as name@example.org")
    return text
