"""An order on paper, the proof of what came of it, and the pack that goes back to the judge where it was not obeyed.

What a paper says of what was done is what the record shows on the day on which it is made, with who vouches for it.
"""

import io
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from defusedcsv import csv  # type: ignore[import-untyped]
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi, override

from leeward.foundation.checking.rules.bags import Files, write_archive, write_bag
from leeward.foundation.days import local_day
from leeward.foundation.pages.papers import qr_modules
from leeward.foundation.web.documents import make_document
from leeward.justice.courts.queries.checking import PublicOrder, as_record
from leeward.justice.courts.queries.orders import OrderView, TargetView
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.terms import Happening
from leeward.victim.removals.queries.mandates import OrderedStep

STYLE = """
@page { size: A4; margin: 22mm 20mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt } }
html { font: 10.5pt/1.45 "Noto Sans", "Noto Sans Arabic", "DejaVu Sans", sans-serif }
h1 { font-size: 17pt; line-height: 1.3; margin: 0 0 3mm }
h2 { font-size: 12.5pt; margin: 6mm 0 2mm }
h1, h2, th { break-after: avoid }
p, ul { margin: 0 0 2.5mm }
table { border-collapse: collapse; width: 100%; margin: 1mm 0 3mm }
th, td { border: .3pt solid #505a5f; padding: 1.2mm 2mm; text-align: start; vertical-align: top }
th, td, li { overflow-wrap: anywhere }
th { font-weight: normal; width: 34% }
thead th { font-weight: bold; width: auto }
.typed { white-space: pre-line }
.struck { text-decoration: line-through }
.check { display: flex; gap: 1em; align-items: center; border-top: .6pt solid #505a5f }
.check { padding-top: 4mm; margin-top: 6mm; break-inside: avoid }
svg { width: 30mm; height: 30mm }
"""
READ_ME = """This pack goes with court order {number} back to its court. It was made on {day}.

data/proof.pdf          what came of the order, as the record shows it
data/targets/N/         what the order asks of one addressee: order.pdf on paper, and text.json, whose SHA-256 stands
                        in the signed order as textSha256
data/events.csv         what happened, line by line; a line that was wrong is marked and stays
data/looks.csv          what the removal desk and the companies did about what the order names
data/record.json        what anybody reads of the order
data/order.jwt          the signed order, where it was signed by then

Check the files with: sha256sum -c manifest-sha256.txt. Check the order at {address}.
The digests tell that nothing changed since. They do not prove that nothing was left out.
"""


def order_pdf(order: OrderView, target: TargetView) -> bytes:
    """What an order asks of one addressee as PDF/UA, in the order's own language where its words are there."""
    known = dict(settings.LANGUAGES)
    with override(order.language if order.language in known else settings.LANGUAGE_CODE):
        return _document("order", order, target=target, text=target.text)


def proof_pdf(order: OrderView, *, now: datetime) -> bytes:
    """What came of an order, for the court's file, as PDF/UA in the reader's language."""
    lines = [(target, each) for target in order.targets for each in target.events]
    return _document("proof", order, lines=lines, made_at=now, voided=Happening.VOIDED)


def breach_pack(order: OrderView, public: PublicOrder | None, *, steps: Sequence[OrderedStep], now: datetime) -> bytes:
    """The pack for the judge as a bag (RFC 8493) in a ZIP archive."""
    payload: dict[str, bytes] = {
        "proof.pdf": proof_pdf(order, now=now),
        "events.csv": _table(_event_rows(order)),
        "looks.csv": _table(_step_rows(order, steps)),
    }
    for target in order.targets:
        if target.text:
            payload[f"targets/{target.ordinal}/order.pdf"] = order_pdf(order, target)
            payload[f"targets/{target.ordinal}/text.json"] = target.text.to_text().encode()
    if public:
        payload["record.json"] = (json.dumps(as_record(public), ensure_ascii=False, indent=1) + "\n").encode()
    if public and public.token:
        payload["order.jwt"] = public.token.encode()
    day = local_day(now)
    words = READ_ME.format(number=write_number(order.number), day=day.isoformat(), address=_address(order))
    tags: Files = {"READ-ME.txt": words.encode()}
    return write_archive(write_bag(payload, tags, on=day), on=day)


def _document(name: str, order: OrderView, **more: Any) -> bytes:
    address = _address(order)
    context = {
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
        "order": order,
        "number": write_number(order.number),
        "address": address,
        "qr": qr_modules(address),
        **more,
    }
    return make_document(render_to_string(f"courts/paper/{name}.jinja", context, using="jinja2"), style=STYLE)


def _address(order: OrderView) -> str:
    return f"{settings.LEEWARD_URL}/orders/{write_number(order.number)}"


def _event_rows(order: OrderView) -> list[Sequence[object]]:
    head = ("target", "line", "what", "at", "noted_at", "way", "effect", "territory", "takes_back", "is_void", "words")
    return [
        head,
        *(
            (
                target.ordinal, each.ordinal, each.kind.value, each.at.isoformat(), each.noted_at.isoformat(),
                each.way.value if each.way else "", each.effect.value if each.effect else "",
                " ".join(each.territory), each.voids or "", "yes" if each.is_voided else "no", each.words,
            )
            for target in order.targets
            for each in target.events
        ),
    ]  # fmt: skip


def _step_rows(order: OrderView, steps: Sequence[OrderedStep]) -> list[Sequence[object]]:
    names = {target.platform_id: target.name for target in order.targets if target.platform_id}
    lines = (
        (names.get(each.platform_id or 0, ""), each.reference, each.step.value, each.at.isoformat()) for each in steps
    )
    return [("company", "request", "what", "at"), *lines]


def _table(rows: Sequence[Sequence[object]]) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode()
