"""`leeward import-places`: where the country's postcodes and towns are, so that no search asks another site."""

from collections import Counter, deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Never

from django.utils import timezone
from tqdm import tqdm

from leeward.foundation.audit.rules import Actor
from leeward.society.directory.management.listing import ListCommand, refuse, refusing, tell_notes
from leeward.society.directory.operations.places import save_places
from leeward.society.directory.queries.places import changed_places
from leeward.society.directory.rules.findings import Findings
from leeward.society.directory.rules.places import PlaceRow
from leeward.society.directory.schemas.lists import read_places


class Command(ListCommand):
    help = "Take in a CSV of postcodes and towns: kind,name,latitude,longitude,area_code,area_name; safe to repeat."

    def handle(self, *, file: Path, dry_run: bool, **_options: object) -> None:
        with refusing(file):
            findings = Findings()
            total = sum(1 for _row in read_places(file, findings))
            tell_notes(findings, self.stdout)
            refuse(findings, "Nothing was taken in.")
            found: Counter[str] = Counter()
            with tqdm(total=total, unit=" places", disable=None) as bar:
                changed = _changed(file, found, bar)
                if dry_run:
                    deque(changed, maxlen=0)
                elif (first := next(changed, None)) is not None:
                    save_places(chain((first,), changed), by=Actor.operator(), now=timezone.now())
        same = total - found["new"] - found["changed"]
        self.stdout.write(f"New {found['new']}, changed {found['changed']}, as they were {same}.")
        if dry_run:
            self.stdout.write("This was a dry run: nothing was written.")


def _changed(file: Path, found: Counter[str], bar: "tqdm[Never]") -> Iterator[PlaceRow]:
    """The places that are not here as they are, counted."""
    for row, is_new in changed_places(_counted(file, bar)):
        found["new" if is_new else "changed"] += 1
        yield row


def _counted(file: Path, bar: "tqdm[Never]") -> Iterator[PlaceRow]:
    for row in read_places(file, Findings()):
        bar.update(1)
        yield row
