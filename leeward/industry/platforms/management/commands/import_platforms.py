from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.industry.platforms.errors import DirectoryRefused
from leeward.industry.platforms.operations import import_platforms
from leeward.industry.platforms.schemas import read_directory


class Command(BaseCommand):
    help = "Take in a JSON file of platforms with their domains, channels, policies and leads; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.json", help="see docs/operating/platforms.md")

    def handle(self, *, file: Path, **_options: object) -> None:
        try:
            result = import_platforms(entries=read_directory(file), by=Actor.operator(), now=timezone.now())
        except DirectoryRefused as error:
            raise CommandError(f"Nothing was taken in.\n{error}") from error
        self.stdout.write(f"New {result.new}, changed {result.changed}, as they were {result.same}.")
