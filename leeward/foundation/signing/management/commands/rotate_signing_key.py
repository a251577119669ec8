"""`leeward rotate-signing-key`: a new key for the signer."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.signing.errors import SignerKeyMissing
from leeward.foundation.signing.models import WaitingRecord
from leeward.foundation.signing.operations.keys import present_key, rotate_signer
from leeward.foundation.signing.rules.terms import WORDS_LENGTH


class Command(BaseCommand):
    help = "Give the signer a new key; with --withdraw REASON no earlier key is believed any more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--withdraw",
            metavar="REASON",
            default="",
            help="an earlier key was stolen: believe none of them any more, and sign again what still counts",
        )

    def handle(self, *, withdraw: str, **_options: object) -> None:
        if len(withdraw) > WORDS_LENGTH:
            raise CommandError(f"Give the reason in at most {WORDS_LENGTH} characters.")
        try:
            is_new = rotate_signer(withdrawn=withdraw, by=Actor.operator(), now=timezone.now())
        except SignerKeyMissing as error:
            raise CommandError(str(error)) from error
        if not is_new:
            raise CommandError("Somebody else has just given the signer a new key. Look at it, then repeat if needed.")
        present = present_key()
        self.stdout.write(f"The signer signs with key {present.kid if present else ''} from now on.")
        if withdraw:
            waiting = WaitingRecord.objects.count()
            self.stdout.write(
                f"No earlier key is believed any more. {waiting} records wait to be signed again; "
                "tell whoever keeps a copy of the old keys to fetch the issuer's document anew."
            )
