from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.clock.errors import DayDiffers
from leeward.foundation.clock.operations import confirm_clock


class Command(BaseCommand):
    help = (
        "Say that this machine's clock is right, after a pause of days or a clock that jumped; deleting then goes on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", metavar="DAY", help="today in UTC (2026-01-31), read from another clock")

    def handle(self, *, day: str, **_options: object) -> None:
        try:
            confirm_clock(day=date.fromisoformat(day), by=Actor.operator(), now=timezone.now())
        except DayDiffers as error:
            raise CommandError(str(error)) from error
        except ValueError as error:
            raise CommandError("DAY is written as 2026-01-31.") from error
        self.stdout.write("The clock is confirmed. What is due is deleted from the next round on.")
