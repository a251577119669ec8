from django.core.management.base import BaseCommand

from leeward.society.directory.api import openapi_text


class Command(BaseCommand):
    help = "Print the OpenAPI description of the directory's open API, as it is kept at docs/openapi-directory.json."

    def handle(self, **_options: object) -> None:
        self.stdout.write(openapi_text(), ending="")
