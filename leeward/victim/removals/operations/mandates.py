"""What a court's order lets the desk do: ask for exactly what it names, without anybody's yes.

The report is one of the court's. Its key is made of a slip that the court may give to the person shown: whoever types
its number reads there where each place stands, and nothing of who was convicted.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.rules.grants import PrivateKey
from leeward.industry.duties.queries import active_regimes
from leeward.victim.file.rules.story import Harm, Story
from leeward.victim.removals.models import Report, Request
from leeward.victim.removals.operations.recalls import recall_notices
from leeward.victim.removals.operations.reports import add_items, begin_report, file_report, save_story
from leeward.victim.removals.operations.steps import locked_report, locked_request, take_step
from leeward.victim.removals.operations.verbs import RemovalVerb, write_line
from leeward.victim.removals.rules.reports import Item, Path, Source
from leeward.victim.removals.rules.states import ENDED, Step

ORDER_ENDED = "order_ended"


@dataclass(frozen=True, kw_only=True)
class Mandate:
    """What an order names: its number, the addresses, the law under which they are asked for, "" for the usual one."""

    order_number: str
    addresses: Sequence[str]
    regime_code: str = ""
    language: str = ""


def open_mandate(*, mandate: Mandate, key: PrivateKey, by: Actor, now: datetime) -> uuid.UUID:
    """Put what an order names on the desk's list, in the caller's transaction; returns the report's reference.

    `key`: the one that the slip stands for. Raises the vault's ServiceUnknown before the workers' keys are founded.
    """
    opened = begin_report(
        reference=uuid.uuid4(),
        key=key,
        path=Path.ONLINE,
        source=Source.COURT,
        language=mandate.language,
        by=by,
        now=now,
    )
    save_story(opened=opened, story=Story(harm=Harm.SHARED), by=by, now=now)
    add_items(opened=opened, items=[Item(url=address) for address in mandate.addresses], by=by, now=now)
    rows = Request.objects.filter(report__reference=opened.reference)
    rows.update(order_number=mandate.order_number)
    law = next((each for each in active_regimes(on=now.date()) if each.code == mandate.regime_code), None)
    if law is not None:
        rows.update(regime_code=law.code, regime_version=law.version)
    file_report(opened=opened, by=by, now=now)
    write_line(RemovalVerb.ORDERED, opened.reference, by=by, now=now, requests=rows.count())
    return opened.reference


def end_mandate(*, order_number: str, by: Actor, now: datetime) -> int:
    """Take back what an order let the desk do: unsent notices stay, every request of it ends. Safe to repeat.

    Returns how many requests ended. What a person has agreed to themselves is not touched: nothing of theirs is here.
    """
    with transaction.atomic():
        reports = Report.objects.filter(requests__order_number=order_number).values_list("reference", flat=True)
        ended = 0
        for reference in set(reports):
            report = locked_report(reference)
            mine = report.requests.filter(order_number=order_number).order_by("id")
            rows = [locked_request(pk=each.pk) for each in mine]
            for row in rows:
                if row.state not in ENDED:
                    take_step(row, step=Step.CLOSED, by=by, now=now, code=ORDER_ENDED)
                    ended += 1
                recall_notices(report, by=by, now=now, about=row)
            mine.update(order_number="", past_order=order_number)
            write_line(RemovalVerb.ORDER_ENDED, reference, by=by, now=now, requests=len(rows))
    return ended


def forget_mandate(*, order_number: str) -> None:
    """Forget which requests were an order's, in the caller's transaction, when the order itself is forgotten."""
    Request.objects.filter(past_order=order_number).update(past_order="")
