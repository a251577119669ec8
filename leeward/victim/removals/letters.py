"""Makes letters: tagged PDF that a screen reader can read (PDF/UA), with this machine's own fonts and nothing else."""

import hashlib
from typing import Any, NoReturn

from django.template.loader import render_to_string
from PIL import ImageFile
from weasyprint import CSS, HTML  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError, URLFetcher  # type: ignore[import-untyped]

from leeward.victim.removals.rules.notices.errors import LetterRefused
from leeward.victim.removals.rules.notices.letter import Letter

# WeasyPrint turns this on for the whole process when it is loaded; a picture that is cut short must be named elsewhere.
ImageFile.LOAD_TRUNCATED_IMAGES = False

VARIANT = "pdf/ua-1"
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


class _NoFetcher(URLFetcher):  # type: ignore[misc]
    """Fetches nothing, from nowhere: a letter is whole in itself."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: object = None) -> NoReturn:  # noqa: ARG002
        raise LetterRefused


def make_letter(letter: Letter, **options: Any) -> bytes:
    """The letter as PDF/UA. The same letter gives the same bytes. `options` are WeasyPrint's. Raises LetterRefused."""
    return render_page(render_to_string("removals/letter.jinja", {"letter": letter}, using="jinja2"), **options)


def render_page(page: str, **options: Any) -> bytes:
    """One HTML page as PDF/UA, its identifier made from its text. Raises LetterRefused where it refers to anything."""
    fetcher = _NoFetcher()
    try:
        pdf: bytes = HTML(string=page, url_fetcher=fetcher).write_pdf(
            stylesheets=[CSS(string=STYLE, url_fetcher=fetcher)],
            pdf_variant=VARIANT,
            pdf_identifier=hashlib.sha256(page.encode()).digest(),
            **options,
        )
    except FatalURLFetchingError as error:
        raise LetterRefused from error
    return pdf
