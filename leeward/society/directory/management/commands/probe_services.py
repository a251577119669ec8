"""`leeward probe-services`: whether the directory's web addresses answer and its numbers can be right."""

from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from datetime import timedelta
from typing import Never

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from leeward.society.directory.operations.probing import due_services, probe_service
from leeward.society.directory.rules.freshness import ProbeTrouble

LIMIT, OLDER_THAN_DAYS = 1_000, 7
SILENT_LEAST = 5


class Command(BaseCommand):
    help = "Look whether the directory's web addresses answer and its numbers can be right; safe to stop and to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=_count, default=LIMIT, help=f"at most so many services ({LIMIT})")
        parser.add_argument(
            "--older-than",
            type=_days,
            default=timedelta(days=OLDER_THAN_DAYS),
            metavar="DAYS",
            help=f"only those that were not looked at for so many days ({OLDER_THAN_DAYS})",
        )

    def handle(self, *, limit: int, older_than: timedelta, **_options: object) -> None:
        due = due_services(now=timezone.now(), older_than=older_than, limit=limit)
        found: Counter[ProbeTrouble] = Counter()
        try:
            with tqdm(total=len(due), unit=" services", disable=None) as bar:
                for service_id in due:
                    found[probe_service(service_id=service_id, now=timezone.now())] += 1
                    _advance(bar)
        except KeyboardInterrupt:
            self.stdout.write("Stopped. Run it again to go on with those that are left.")
            raise
        finally:
            self._sum_up(found)

    def _sum_up(self, found: Counter[ProbeTrouble]) -> None:
        looked = found.total()
        troubled = looked - found[ProbeTrouble.NONE]
        self.stdout.write(f"{looked} services looked at, {troubled} with trouble.")
        for trouble, count in sorted(found.items()):
            if trouble is not ProbeTrouble.NONE:
                self.stdout.write(f"  {trouble.value}: {count}")
        if looked >= SILENT_LEAST and found[ProbeTrouble.NO_ANSWER] == looked:
            self.stderr.write("Nobody answered at all. Can this machine reach the internet?")


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise ArgumentTypeError("give a whole number from 1 to 1000000")
    return int(text)


def _days(text: str) -> timedelta:
    if not text.isdecimal() or int(text) > 3_650:
        raise ArgumentTypeError("give a whole number of days from 0 to 3650")
    return timedelta(days=int(text))


def _advance(bar: "tqdm[Never]") -> None:
    bar.update(1)
