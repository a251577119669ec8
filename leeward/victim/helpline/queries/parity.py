"""Reads the sealed counts of parity."""

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import date

from leeward.foundation.vault.operations import open_for_team
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.helpline.models import Tally
from leeward.victim.helpline.queries.cases import TEAM
from leeward.victim.helpline.rules.parity import Cells


def open_tallies(keyring: Keyring, *, since: date) -> Mapping[date, Mapping[uuid.UUID, Cells]]:
    """Every row from a day on that these keys open, by its quarter and its reference."""
    found: dict[date, dict[uuid.UUID, Cells]] = {}
    for row in Tally.objects.filter(quarter__gte=since).order_by("quarter", "pk"):
        text = open_for_team(keyring, row.sealed, team=TEAM, where=tally_place(row.quarter, row.reference))
        if text:
            cells = Counter({(group, kind, said): number for group, kind, said, number in json.loads(text)})
            found.setdefault(row.quarter, {})[row.reference] = cells
    return found


def tally_place(quarter: date, reference: uuid.UUID) -> str:
    """Where a row of counts belongs."""
    return f"helpline.tally.sealed|{quarter:%Y-%m-%d}|{reference}"
