"""`leeward survey-report WAVE --json`: what is printed of a wave, for programs or for people at a terminal."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from leeward.foundation.editing.errors import EntryUnknown
from leeward.foundation.surveys.queries import find_wave
from leeward.foundation.surveys.rules.waves import WaveState
from leeward.foundation.surveys.telling import tidy_rows, write_report


class Command(BaseCommand):
    help = "Print the tables of a survey's wave, with their intervals, as text or as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", help="the wave's name, such as life-2026")
        parser.add_argument("--json", action="store_true", help="JSON, not a table separated by tabs")

    def handle(self, *, wave: str, json: bool, **_options: object) -> None:
        try:
            found = find_wave(wave)
        except EntryUnknown as error:
            raise CommandError(f"There is no wave {wave}.") from error
        if found.state not in (WaveState.PRINTED, WaveState.PUBLISHED):
            raise CommandError(f"Nothing is printed of {wave}: it is {found.state.value}.")
        if json:
            self.stdout.write(write_report(found.row).decode())
            return
        for row in tidy_rows(found.row):
            self.stdout.write("\t".join("" if cell is None else str(cell) for cell in row))
