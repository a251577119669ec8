import json
from argparse import ArgumentParser
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.industry.exchange.operations import renew_keys
from leeward.industry.platforms.errors import PlatformUnknown
from leeward.industry.platforms.rules import KEYS_OVERLAP

DAYS_MOST = 90


class Command(BaseCommand):
    help = "Give a platform fresh keys and print them; the old ones work for some days longer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="the platform's name")
        parser.add_argument(
            "--overlap-days",
            type=int,
            default=KEYS_OVERLAP.days,
            help="how long the old keys still work; 0 ends them now (default: %(default)s)",
        )

    def handle(self, *, name: str, overlap_days: int, **_options: object) -> None:
        if not 0 <= overlap_days <= DAYS_MOST:
            raise CommandError(f"--overlap-days is a whole number from 0 to {DAYS_MOST}.")
        try:
            keys = renew_keys(name=name, overlap=timedelta(days=overlap_days), by=Actor.operator(), now=timezone.now())
        except PlatformUnknown as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(keys.as_json_object()))
