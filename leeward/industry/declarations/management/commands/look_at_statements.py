from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from leeward.industry.declarations.operations.looking import look_at_statements

MOST = 1_000


class Command(BaseCommand):
    help = "Look now whether signatories’ published statements can still be read, where their turn has come."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=100, help=f"at most so many, 1 to {MOST} (100)")

    def handle(self, **options: Any) -> None:
        limit = max(1, min(options["limit"], MOST))
        self.stdout.write(f"looked at: {look_at_statements(now=timezone.now(), limit=limit)}")
