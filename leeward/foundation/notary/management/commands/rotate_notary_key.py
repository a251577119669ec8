from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.notary.errors import NotaryError
from leeward.foundation.notary.operations import replace_lost_keys, retire_keys, rotate_key


class Command(BaseCommand):
    help = "Make another key of the public log, which signs beside the one before; --retire ends all but the newest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--retire", action="store_true", help="let the newest key sign alone from now on")
        which.add_argument(
            "--lost",
            action="store_true",
            help="put a new key in the place of one whose file is gone for good; people must learn it from elsewhere",
        )

    def handle(self, *, retire: bool, lost: bool, **_options: object) -> None:
        by, now = Actor.operator(), timezone.now()
        try:
            if retire:
                self.stdout.write(f"Keys that sign no more: {retire_keys(by=by, now=now)}. Delete their files.")
            elif lost:
                self.stdout.write(
                    "It signs from now on. No earlier key has signed for it: tell everybody who checks the log, "
                    f"in other ways than by the log, to give it with --key.\n{replace_lost_keys(by=by, now=now)}"
                )
            else:
                self.stdout.write(
                    f"It signs from now on, beside the others. Make it known:\n{rotate_key(by=by, now=now)}"
                )
        except NotaryError as error:
            raise CommandError(str(error)) from error
