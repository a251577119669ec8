"""`leeward import-holidays`: the nation's public holidays, on which services close or not as they say."""

from argparse import ArgumentParser
from pathlib import Path

from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.management.listing import ListCommand, refuse, refusing, tell_notes
from leeward.society.directory.operations.places import save_holidays
from leeward.society.directory.queries.places import known_holidays
from leeward.society.directory.rules.findings import Findings
from leeward.society.directory.schemas.lists import read_holidays


class Command(ListCommand):
    help = "Take in a CSV of public holidays: day,name; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--whole-years",
            action="store_true",
            help="of the years that the file names, take away the holidays that it does not name",
        )

    def handle(self, *, file: Path, dry_run: bool, whole_years: bool, **_options: object) -> None:
        findings = Findings()
        with refusing(file):
            days = dict(read_holidays(file, findings))
        tell_notes(findings, self.stdout)
        refuse(findings, "Nothing was taken in.")
        here = known_holidays()
        years = sorted({day.year for day in days}) if whole_years else []
        gone = [day for day in here if day.year in years and day not in days]
        new = [day for day in days if day not in here]
        changed = [day for day in days if day in here and here[day] != days[day]]
        if (new or changed or gone) and not dry_run:
            save_holidays(days.items(), replace_years=years, by=Actor.operator(), now=timezone.now())
        same = len(days) - len(new) - len(changed)
        self.stdout.write(f"New {len(new)}, renamed {len(changed)}, taken away {len(gone)}, as they were {same}.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")
