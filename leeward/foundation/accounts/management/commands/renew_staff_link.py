"""Print a staff account a new link, for a lost passphrase."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.errors import AccountError
from leeward.foundation.accounts.operations import renew_link
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import VaultError


class Command(BaseCommand):
    help = "Print a staff account a new one-time link; its old passphrase and sessions end at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="staff name")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            link = renew_link(username=options["name"], by=Actor.operator(), now=timezone.now())
        except (AccountError, VaultError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(reverse("accounts:enrol", args=[link.token]))
        self.stderr.write(
            f"Open this once, behind the address of the site, before {link.expires_at:%Y-%m-%d %H:%M} UTC."
        )
