import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.work.errors import DoorClosed
from leeward.victim.removals.errors import ReportRefused
from leeward.victim.removals.operations.handover import file_handover
from leeward.victim.removals.rules.handovers import read_handover

USAGE_ERROR = 2
MOST_BYTES = 1024 * 1024


class Command(BaseCommand):
    help = "File a report that another hotline hands over as JSON; prints the report's reference and its access code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the hand-over, or - for standard input")

    def handle(self, *, file: str, **_options: object) -> None:
        languages = tuple(code for code, _name in settings.LANGUAGES)
        try:
            handover = read_handover(json.loads(self._read(file)), languages=languages)
            filed = file_handover(handover=handover, by=Actor.operator(), now=timezone.now())
        except json.JSONDecodeError as error:
            raise self._refusal(f"The file is not JSON (line {error.lineno}): {error.msg}.") from error
        except (DoorClosed, ReportRefused, VaultError) as error:
            raise self._refusal(str(error)) from error
        self.stdout.write(json.dumps({"report": str(filed.report), "code": " ".join(filed.code.groups)}))

    def _read(self, file: str) -> str:
        try:
            raw = sys.stdin.buffer.read(MOST_BYTES + 1) if file == "-" else Path(file).read_bytes()
            if len(raw) > MOST_BYTES:
                raise self._refusal("The file is larger than a megabyte. One report has at most 200 addresses.")
            return raw.decode("utf-8-sig")
        except OSError as error:
            raise self._refusal(f"{file} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise self._refusal("The file is not UTF-8 text.") from error

    def _refusal(self, what: str) -> CommandError:
        return CommandError(what, returncode=USAGE_ERROR)
