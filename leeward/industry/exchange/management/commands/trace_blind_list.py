"""`leeward trace-blind-list`: whose outputs of the blind check were found somewhere."""

import base64
import binascii
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from hashmatch.blind import OUTPUT_BYTES

from leeward.industry.exchange.blind import trace_outputs


class Command(BaseCommand):
    help = "Say which platforms' canaries are among outputs of the blind check that were found somewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a bucket in base64 on each line, as platforms are given them")

    def handle(self, *, file: str, **_options: object) -> None:
        try:
            found = [base64.b64decode(line, validate=True) for line in Path(file).read_text("ascii").split()]
        except (OSError, binascii.Error, UnicodeDecodeError) as error:
            raise CommandError(f"{file} is not a file with base64 on each line.") from error
        outputs = (one[place : place + OUTPUT_BYTES] for one in found for place in range(0, len(one), OUTPUT_BYTES))
        for partner, epoch, count in trace_outputs(outputs):
            self.stdout.write(f"{partner.name}: {count} canaries of epoch {epoch}")
