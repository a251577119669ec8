"""Delete files of the locker's store that the database does not name."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.victim.locker.errors import CountDiffers, StoreMismatch
from leeward.victim.locker.operations.store import delete_unnamed


class Command(BaseCommand):
    help = (
        "Delete files of the locker's store that the database does not name, for good. First make sure that no other "
        "database uses this folder, and that no newer back-up of this one will be restored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, help="how many there are, as `leeward check` says")

    def handle(self, *, count: int, **_options: Any) -> None:
        try:
            waiting = delete_unnamed(count=count, by=Actor.operator(), now=timezone.now())
        except (CountDiffers, StoreMismatch) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count - waiting} files deleted.")
        if waiting:
            self.stdout.write(f"{waiting} could not be deleted by this account. `leeward work` tries again.")
