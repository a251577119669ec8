"""Shut a member of staff out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from leeward.foundation.accounts.errors import AccountError
from leeward.foundation.accounts.operations import close_account
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import VaultError


class Command(BaseCommand):
    help = "Shut a member of staff out from this moment."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="staff name")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            stays = close_account(username=options["name"], by=Actor.operator(), now=timezone.now())
        except (AccountError, VaultError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"The account {options['name']!r} is closed.")
        if stays:
            self.stderr.write(
                "Nobody else holds the key of that team, so its sealed copy stays. Let two custodians recover the team "
                "for somebody new: `leeward recover-team`."
            )
