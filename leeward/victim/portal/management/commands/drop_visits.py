"""End all visits of persons."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.victim.portal.operations import drop_visits


class Command(BaseCommand):
    help = "End all visits of persons: each must type her code again. Nothing else is lost."

    def handle(self, *_args: Any, **_options: Any) -> None:
        dropped = drop_visits(by=Actor.operator(), now=timezone.now())
        self.stdout.write(f"{dropped} visits ended.")
