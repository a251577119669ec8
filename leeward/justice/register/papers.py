"""The answer to a letter on paper, as tagged PDF: what is held about somebody, or that nothing is."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi

from leeward.foundation.days import local_day
from leeward.foundation.web.documents import make_document
from leeward.justice.register.queries.entries import EntryView

STYLE = """
@page { size: A4; margin: 25mm 22mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt } }
html { font: 11pt/1.5 "Noto Sans", "Noto Sans Arabic", "DejaVu Sans", sans-serif }
h1 { font-size: 17pt; line-height: 1.3; margin: 6mm 0 4mm }
p { margin: 0 0 3mm }
table { border-collapse: collapse; width: 100%; margin: 2mm 0 4mm }
th, td { border: .3pt solid #505a5f; padding: 1.2mm 2mm; text-align: start; vertical-align: top }
th, td { overflow-wrap: anywhere }
th { font-weight: normal; width: 38% }
"""


def letter_pdf(entry: EntryView | None, *, agency: str, now: datetime) -> bytes:
    """The answer as PDF/UA in the reader's language: what an entry holds, or that nothing is held (None)."""
    context: dict[str, Any] = {
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
        "each": entry,
        "agency": agency,
        "on": local_day(now),
    }
    return make_document(render_to_string("register/letter.jinja", context, using="jinja2"), style=STYLE)
