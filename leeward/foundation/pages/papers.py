"""Pages on paper, as tagged PDF: a leaflet, a poster, a card; each with a code that says whether it still holds."""

import re
from textwrap import shorten

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from leeward.foundation.pages.drawing import direction_of, draw
from leeward.foundation.pages.kinds import Found
from leeward.foundation.pages.models import Sheet
from leeward.foundation.pages.queries import content_of
from leeward.foundation.pages.rules.papers import Format
from leeward.foundation.pages.rules.texts import Text
from leeward.foundation.web.documents import make_document

PICTURE = "picture:"  # what stands before a picture's code within a document
CALLS = ("tel:", "sms:")
ON_CARD = 4
NAME_ON_CARD = 80  # characters
QUIET = 4  # modules around a QR code
STYLE = """
html { font: 11pt/1.45 "Noto Sans", "Noto Sans Arabic", "DejaVu Sans", sans-serif }
h1 { font-size: 1.7em; line-height: 1.25; margin: 0 0 .6em }
h2 { font-size: 1.25em; margin: 1em 0 .3em }
h3, h4 { font-size: 1.05em; margin: .8em 0 .2em }
h1, h2, h3, h4, th { break-after: avoid }
p, ul, ol { margin: 0 0 .6em }
a { color: inherit; text-decoration: none }
table { border-collapse: collapse; width: 100%; margin: .3em 0 .9em }
caption { text-align: start; font-weight: bold }
th, td { border: .3pt solid #505a5f; padding: .25em .5em; text-align: start; vertical-align: top }
svg { display: block }
img { display: block; max-width: 100%; max-height: 120mm; height: auto }
summary { font-weight: bold }
.sheet { display: flex; gap: 1em; align-items: center; border-top: .6pt solid #505a5f; padding-top: .6em }
.sheet { margin-top: 1.2em; break-inside: avoid }
.sheet p { margin: 0 }
.govuk-visually-hidden, .govuk-button__start-icon, noscript { display: none }
"""
SIZES = {
    Format.LEAFLET: "@page { size: A4; margin: 20mm 18mm } .sheet svg { width: 26mm; height: 26mm }",
    Format.POSTER: "@page { size: A3; margin: 26mm } html { font-size: 17pt } .sheet svg { width: 44mm; height: 44mm }",
    Format.CARD: (
        "@page { size: 85.6mm 54mm; margin: 3mm 4mm } html { font-size: 6.5pt; line-height: 1.25 }"
        " p { margin: 0 0 .4mm } h1 { font-size: 8pt; margin: 0 0 .6mm; max-height: 7mm; overflow: hidden }"
        " .outside { break-after: page; padding-top: 20mm; text-align: center }"
        " .sheet { margin-top: .6mm; padding-top: .6mm } .sheet svg { width: 16mm; height: 16mm }"
    ),
}


def make_paper(sheet: Sheet, text: Text, form: Format) -> bytes:
    """A sheet as PDF/UA; the same sheet gives the same bytes."""
    drawn = draw(text, now=sheet.made_at, place=lambda code: f"{PICTURE}{code}")
    address = f"{settings.LEEWARD_URL}/p/{sheet.code}"
    host = settings.LEEWARD_URL.partition("://")[2]
    with override(text.language):
        context = {
            "sheet": sheet,
            "text": text,
            "html": drawn.html,
            "calls": _calls(text, drawn.found),
            "direction": direction_of(text.language),
            "is_card": form is Format.CARD,
            "address": f"{host}/p/{sheet.code}",
            "qr": qr_modules(address),
        }
        page = render_to_string("pages/paper.jinja", context, using="jinja2")
    links = f'a[href^="/"]::after {{ content: " ({host}" attr(href) ")" }}'
    return make_document(page, style=f"{STYLE}{links}\n{SIZES[form]}", pictures=_picture)


def _picture(address: str) -> bytes | None:
    return content_of(address.removeprefix(PICTURE)) if address.startswith(PICTURE) else None


def _calls(text: Text, found: Found) -> list[str]:
    """What fits on a card: whom to call, the first four of the text."""
    told = []
    for reference in text.references:
        said = found.of(reference)
        if said and (said.address.startswith(CALLS) or reference.kind in ("line", "support")):
            title = found.title(reference)
            words = said.words if title in said.words or ":" in said.words else f"{title}: {said.words}"
            told += [_shortened(each) for each in re.split(r"[;,،] ", words)]
    return list(dict.fromkeys(told))[:ON_CARD]


def _shortened(call: str) -> str:
    """A name and its number on two lines of a card: a long name ends early, a number never does."""
    name, colon, number = call.strip().rpartition(": ")
    return f"{shorten(name, NAME_ON_CARD, placeholder='…')}{colon}{number}"


def qr_modules(address: str) -> dict[str, object]:
    """A QR code (ISO/IEC 18004, level Q) as one path, row by row, and the length of its side in modules."""
    matrix = segno.make(address, error="q", micro=False).matrix
    runs = []
    for row, line in enumerate(matrix, QUIET):
        start = None
        for column, is_dark in enumerate([*line, 0]):
            if is_dark and start is None:
                start = column
            elif not is_dark and start is not None:
                runs.append(f"M{start + QUIET} {row}h{column - start}v1h-{column - start}z")
                start = None
    return {"path": "".join(runs), "side": len(matrix) + 2 * QUIET}
