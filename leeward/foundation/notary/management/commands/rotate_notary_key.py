from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.errors import NotaryError
from leeward.foundation.notary.operations import retire_keys, rotate_key


class Command(BaseCommand):
    help = "Make another key of the public log, which signs beside the one before; --retire ends all but the newest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--retire", action="store_true", help="let the newest key sign alone from now on")

    def handle(self, *, retire: bool, **_options: object) -> None:
        by, now = Actor.operator(), timezone.now()
        try:
            if retire:
                self.stdout.write(f"Keys that sign no more: {retire_keys(by=by, now=now)}. Delete their files.")
            else:
                self.stdout.write(f"It signs from the next checkpoint on. Make it known:\n{rotate_key(by=by, now=now)}")
        except NotaryError as error:
            raise CommandError(str(error)) from error
