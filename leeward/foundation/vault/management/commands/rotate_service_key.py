"""Give a worker a new key, and seal to it what is sealed to the older one."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import VaultError
from leeward.foundation.vault.operations import (
    Resealed,
    count_sealed_to_older,
    reseal_service,
    rotate_service,
    service_grantee,
)
from leeward.foundation.vault.rules.grants import Service


class Command(BaseCommand):
    help = "Give a worker a new key and seal to it what is sealed to older ones; stopped, it goes on next time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "service", choices=[service.value for service in Service], help="whose key; run it where its folder is"
        )

    def handle(self, *, service: str, **_options: object) -> None:
        whose = Service(service)
        try:
            done = self._rotate(whose)
        except VaultError as error:
            raise CommandError(str(error)) from error
        if done.damaged:
            self.stderr.write(
                f"{done.damaged} are damaged: no key opens them. They stay as they are, for people to settle, and keep "
                "no older key here."
            )
        if done.left:
            raise CommandError(f"{done.left} were in use just now. Run this command again.", returncode=1)
        self.stderr.write(f"Nothing needs an older key any more. `leeward retire-service-key {service}` deletes them.")

    def _rotate(self, service: Service) -> Resealed:
        by, now = Actor.operator(), timezone.now()
        is_new = rotate_service(service=service, by=by, now=now)
        name = f"Key {service_grantee(service).generation} of the {service.value}"
        self.stderr.write(
            f"{name} is new: all that comes is sealed to it."
            if is_new
            else f"{name} is there already and older ones have not been retired: going on from there."
        )
        waiting = count_sealed_to_older(service)

        def tell(moved: int) -> None:
            self.stderr.write(f"sealed anew: {moved} of {waiting}")

        return reseal_service(service=service, by=by, now=now, tell=tell)
