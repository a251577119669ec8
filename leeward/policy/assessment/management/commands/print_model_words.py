from django.core.management.base import BaseCommand

from leeward.policy.assessment.catalogue import write_catalogue
from leeward.policy.assessment.rules.loading import shipped_model


class Command(BaseCommand):
    help = "Print the texts of the national model as the module from which translations are gathered."

    def handle(self, **_options: object) -> None:
        self.stdout.write(write_catalogue(shipped_model()), ending="")
