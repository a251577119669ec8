import re
from datetime import date
from typing import Any, Never

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from leeward.foundation.protection.periods import Frequency, Period, period_of
from leeward.policy.statistics.errors import WordsRefused
from leeward.policy.statistics.operations.gathering import find_due, gather
from leeward.policy.statistics.operations.publishing import publish_figures

MONTH = re.compile(r"\d{4}-\d{2}")
PLACES = "Write a month as 2026-03 or a week as 2026-W11."


class Command(BaseCommand):
    help = (
        "Gather the nation's figures from every app and print them, protected. What is due is asked for once a day; "
        "it may be stopped at any time, and the next call goes on where it stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="append", default=[], metavar="PERIOD", help=f"a final period. {PLACES}")
        parser.add_argument(
            "--because", default="", metavar="WORDS", help="why it is counted again; the public reads it"
        )
        parser.add_argument("--limit", type=int, help="at most so many periods of a source")

    def handle(self, *_args: Any, **options: Any) -> None:
        again = frozenset(_period(name) for name in options["again"])
        now, quiet = timezone.now(), options["verbosity"] == 0
        due = len(find_due(now=now, again=again)[: options["limit"]])
        try:
            with tqdm(total=due, unit=" periods", desc="gathered", disable=quiet or None) as bar:
                gathered = gather(
                    now=now,
                    again=again,
                    reason=options["because"],
                    limit=options["limit"],
                    progress=lambda _due: _step(bar),
                )
        except WordsRefused as error:
            raise CommandError(f"{error} Use --because.", returncode=2) from error
        printed = publish_figures(now=now)
        if not quiet:
            self.stdout.write(f"{gathered} periods of sources gathered, {printed} periods printed.")


def _period(name: str) -> Period:
    try:
        if MONTH.fullmatch(name):
            return Period(start=date.fromisoformat(f"{name}-01"), step=Frequency.MONTH)
        return period_of(date.fromisoformat(f"{name}-1" if "W" in name else ""), step=Frequency.WEEK)
    except ValueError as error:
        raise CommandError(f"{name!r} is no week or month. {PLACES}", returncode=2) from error


def _step(bar: "tqdm[Never]") -> None:
    bar.update()
