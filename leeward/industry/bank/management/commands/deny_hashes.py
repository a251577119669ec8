from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.errors import UnreadableList
from leeward.industry.bank.operations import deny_hashes
from leeward.industry.bank.rules import ListedHash
from leeward.industry.bank.schemas import read_list


class Command(BaseCommand):
    help = "Add hashes of pictures that everyone shares (flags, logos, news) to the deny list, from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE.csv", help="columns hash_type,hash; the first line names them"
        )

    def handle(self, *, file: Path, **_options: object) -> None:
        hashes, refused = [], 0
        try:
            for row in read_list(file):
                if isinstance(row, ListedHash):
                    hashes.append((row.new.hash_type, row.new.value))
                else:
                    refused += 1
                    self.stdout.write(f"line {row.line}: {row.why}")
        except UnreadableList as error:
            raise CommandError(str(error)) from error
        added = deny_hashes(hashes=hashes, by=Actor.operator(), now=timezone.now())
        self.stdout.write(f"Added {added}, already there {len(hashes) - added}, refused {refused}.")
