"""The lines that an act writes into the trail, and what each tells in clear."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from leeward.foundation.audit.models import AuditEvent


@contextmanager
def new_lines() -> Iterator[list[AuditEvent]]:
    """Fill a list with the lines that are written inside, by verb: their keys are drawn, so their order is not kept."""
    before, lines = set(AuditEvent.objects.values_list("pk", flat=True)), list[AuditEvent]()
    yield lines
    lines.extend(AuditEvent.objects.exclude(pk__in=before).order_by("verb", "facts", "pk"))


def line_shape(line: AuditEvent) -> tuple[str, ...]:
    """Return all that a line tells but references and sealed words, of which it tells the length alone."""
    facts = {name: len(each) if name == "entry" else each for name, each in json.loads(line.facts).items()}
    about = f"{line.subject_kind} {len(line.subject_reference)}"
    return (line.verb, line.actor_kind, line.actor_id, about, json.dumps(facts, sort_keys=True))
