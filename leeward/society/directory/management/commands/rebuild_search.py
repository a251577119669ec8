"""`leeward rebuild-search`: what is searched, made anew from the entries."""

from typing import Never

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from leeward.society.directory.models import Service
from leeward.society.directory.operations.indexing import rebuild_search


class Command(BaseCommand):
    help = "Make what is searched in the directory anew from its entries; safe to stop and to repeat."

    def handle(self, **_options: object) -> None:
        with tqdm(total=Service.objects.count(), unit=" services", disable=None) as bar:
            count = rebuild_search(now=timezone.now(), progress=lambda done: _count(bar, done))
        self.stdout.write(f"{count} services can be found as they are now.")


def _count(bar: "tqdm[Never]", done: int) -> None:
    bar.update(done)
