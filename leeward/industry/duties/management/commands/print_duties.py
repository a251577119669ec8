from django.core.management.base import BaseCommand

from leeward.industry.duties.guide import write_chapter
from leeward.industry.duties.schemas import read_shipped


class Command(BaseCommand):
    help = "Print what ships about each law, as docs/duties.md holds it."

    def handle(self, **_options: object) -> None:
        self.stdout.write(write_chapter(read_shipped()), ending="")
