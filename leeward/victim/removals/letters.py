"""Makes letters: a letter's parts as a page, and the page as tagged PDF."""

from typing import Any

from django.template.loader import render_to_string

from leeward.foundation.web.documents import make_document
from leeward.foundation.web.errors import DocumentRefused
from leeward.victim.removals.rules.notices.errors import LetterRefused
from leeward.victim.removals.rules.notices.letter import Letter

STYLE = """
@page { size: A4; margin: 22mm 20mm; @bottom-center { content: counter(page) " / " counter(pages); font-size: 9pt } }
html { font: 10.5pt/1.45 "Noto Sans", "Noto Sans Arabic", "DejaVu Sans", sans-serif }
h1 { font-size: 16pt; line-height: 1.3; margin: 8mm 0 5mm }
h2 { font-size: 12.5pt; margin: 6mm 0 2mm }
h3 { font-size: 11pt; margin: 4mm 0 1mm }
h1, h2, h3, th { break-after: avoid }
p { margin: 0 0 2.5mm }
.addressee { margin-top: 8mm }
.typed { white-space: pre-line }
table { border-collapse: collapse; width: 100%; margin: 1mm 0 3mm; table-layout: fixed }
th, td { border: 0.3pt solid #505a5f; padding: 1.2mm 2mm; text-align: start; vertical-align: top }
th, td { overflow-wrap: anywhere }
.rows thead th:first-child, .rows tbody th { width: 32% }
tbody th { font-weight: normal }
"""


def make_letter(letter: Letter, **options: Any) -> bytes:
    """The letter as PDF/UA. The same letter gives the same bytes. `options` are WeasyPrint's. Raises LetterRefused."""
    return render_page(render_to_string("removals/letter.jinja", {"letter": letter}, using="jinja2"), **options)


def render_page(page: str, **options: Any) -> bytes:
    """One HTML page as PDF/UA, its identifier made from its text. Raises LetterRefused where it refers to anything."""
    try:
        return make_document(page, style=STYLE, **options)
    except DocumentRefused as error:
        raise LetterRefused from error
