"""Make a staff account and print the link by which its owner chooses a passphrase."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.accounts.errors import AccountError
from leeward.foundation.accounts.operations import create_staff
from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import VaultError


class Command(BaseCommand):
    help = "Make a staff account and print its one-time link, valid for a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="short staff name to sign in with, such as amina")
        parser.add_argument("--display-name", default="", help="name that colleagues see (default: the staff name)")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--body", default="", help="public id of the platform, member or employer, for its people")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            link = create_staff(
                username=options["name"],
                display_name=options["display_name"] or options["name"],
                role=Role(options["role"]),
                affiliation=options["body"],
                by=Actor.operator(),
                now=timezone.now(),
            )
        except (AccountError, VaultError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(reverse("accounts:enrol", args=[link.token]))
        self.stderr.write(
            f"Open this once, behind the address of the site, before {link.expires_at:%Y-%m-%d %H:%M} UTC."
        )
