from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.errors import FactRefused
from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.errors import EntryUnknown
from leeward.industry.bank.operations import publish_pending, withdraw_hash


class Command(BaseCommand):
    help = "Take a hash out of the feed for good, whoever holds it; platforms are told to drop it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("hash", metavar="HASH", help="the hash in hexadecimal")
        parser.add_argument(
            "--reason", required=True, help="why, for the audit trail; never who or what is in the picture"
        )

    def handle(self, *, reason: str, **options: object) -> None:
        now = timezone.now()
        if not reason.strip():
            raise CommandError("Give a reason of at least one word.")
        try:
            withdrawn = withdraw_hash(
                value=str(options["hash"]).strip().lower(), reason=reason.strip(), by=Actor.operator(), now=now
            )
        except (EntryUnknown, FactRefused) as error:
            raise CommandError(str(error)) from error
        publish_pending(now=now)
        self.stdout.write("Withdrawn." if withdrawn else "It was withdrawn before.")
