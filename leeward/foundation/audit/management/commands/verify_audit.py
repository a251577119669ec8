from django.core.management.base import BaseCommand, CommandError

from leeward.foundation.audit.errors import ChainBroken
from leeward.foundation.audit.operations import head, verify_chain


class Command(BaseCommand):
    help = "Check that no line of the audit trail was changed or removed."

    def handle(self, *_args: object, **_options: object) -> None:
        try:
            checked = verify_chain()
        except ChainBroken as error:
            raise CommandError(str(error)) from error
        _, last_hash = head()
        self.stdout.write(f"The audit trail is whole: {checked} lines. Its last hash is {last_hash}.")
