"""`leeward found-directory`: the words with which a directory of support services begins."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.operations.founding import found_directory


class Command(BaseCommand):
    help = "Give the directory its first taxonomies and synonyms; safe to repeat, what editors changed stays."

    def handle(self, **_options: object) -> None:
        founded = found_directory(by=Actor.operator(), now=timezone.now())
        self.stdout.write(
            f"Added: {founded.taxonomies} taxonomies, {founded.terms} terms, {founded.synonyms} synonyms. "
            "What was there already is as it was."
        )
