from django.core.management.base import BaseCommand

from leeward.industry.exchange.api import openapi_text


class Command(BaseCommand):
    help = "Print the OpenAPI description of the modern endpoint, as it is kept at docs/openapi.json."

    def handle(self, **_options: object) -> None:
        self.stdout.write(openapi_text(), ending="")
