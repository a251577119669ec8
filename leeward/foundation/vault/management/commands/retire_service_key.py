"""Delete a worker's older keys, once nothing is sealed to them any more."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import retire_service_keys
from leeward.foundation.vault.rules.grants import Service


class Command(BaseCommand):
    help = "Delete a worker's older keys; refused, with their number, while sealed texts need one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "service", choices=[service.value for service in Service], help="whose keys; run it where its folder is"
        )

    def handle(self, *, service: str, **_options: object) -> None:
        try:
            ended = retire_service_keys(service=Service(service), by=Actor.operator(), now=timezone.now())
        except VaultError as error:
            raise CommandError(str(error)) from error
        if not ended:
            self.stderr.write(f"The {service} has no older key.")
            return
        self.stderr.write(
            f"Older keys of the {service} that are gone now: {ended}. Delete every copy of their files too, and "
            f"restart the {service}: what runs still remembers them."
        )
