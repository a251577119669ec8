import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from hashmatch.variants import Level

from leeward.foundation.audit.rules import Actor
from leeward.industry.exchange.operations import enrol_platform
from leeward.industry.platforms.errors import PlatformNameRefused, PlatformNameTaken
from leeward.industry.platforms.rules import LEVEL_DEFAULT


class Command(BaseCommand):
    help = "Make a platform and print its keys as one JSON object; they are shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the name that victims and other platforms will read")
        parser.add_argument("--contact", default="", help="whom to ask at the platform")
        parser.add_argument(
            "--variants",
            choices=[level.value for level in Level],
            default=LEVEL_DEFAULT.value,
            help="which variants its StopNCII feed carries (default: %(default)s)",
        )

        parser.add_argument(
            "--without-list",
            action="store_true",
            help="it only checks uploads blind (POST /api/v1/blind); the list itself is never given to it",
        )

    def handle(self, *, name: str, contact: str, variants: str, without_list: bool, **_options: object) -> None:
        try:
            keys = enrol_platform(
                name=name,
                contact=contact[:200],
                level=Level(variants),
                without_list=without_list,
                by=Actor.operator(),
                now=timezone.now(),
            )
        except (PlatformNameTaken, PlatformNameRefused) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(keys.as_json_object()))
