"""`leeward live_desk`: lets the made-up desk's past happen beside the running demonstration, and ends."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo.cast import live_desk


class Command(BaseCommand):
    help = "Let the past of the demonstration's removal desk happen, where it has not happened yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--brief", action="store_true", help="a tenth of the past")

    def handle(self, *, brief: bool, **_options: object) -> None:
        if settings.LEEWARD_PRODUCTION:
            raise CommandError("The demonstration makes up a nation. It does not run with LEEWARD_ENV=production.")
        live_desk(settings.ENVIRONMENT.data, brief=brief)
