"""Makes tagged PDF that a screen reader can read (PDF/UA), with this machine's own fonts and nothing else."""

import hashlib
from functools import cache
from types import ModuleType
from typing import Any, NoReturn

import pydyf  # type: ignore[import-untyped]
from PIL import ImageFile

from leeward.foundation.web.errors import DocumentRefused

VARIANT = "pdf/ua-1"


@cache
def _weasyprint() -> ModuleType:
    """WeasyPrint, loaded for the first document: it asks the system for its libraries, which takes a second.

    It makes Pillow accept a picture that is cut short, in the whole process; elsewhere such a picture must be named.
    """
    import weasyprint  # type: ignore[import-untyped]  # noqa: PLC0415

    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint  # type: ignore[no-any-return]


def _fetch_nothing() -> Any:
    """A fetcher that fetches nothing, from nowhere: a document is whole in itself."""

    class NoFetcher(_weasyprint().urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> NoReturn:  # noqa: ARG002
            raise DocumentRefused

    return NoFetcher(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)


def make_document(page: str, *, style: str, **options: Any) -> bytes:
    """One HTML page as PDF/UA, its identifier made from its text: the same page gives the same bytes.

    `style` is CSS, `options` are WeasyPrint's. Raises DocumentRefused where the page or its style refers to anything.
    """
    setter, fetcher = _weasyprint(), _fetch_nothing()
    try:
        pdf: bytes = setter.HTML(string=page, url_fetcher=fetcher).write_pdf(
            stylesheets=[setter.CSS(string=style, url_fetcher=fetcher)],
            pdf_variant=VARIANT,
            pdf_identifier=hashlib.sha256(page.encode()).digest(),
            finisher=_say_what_headers_are_of,
            **options,
        )
    except setter.urls.FatalURLFetchingError as error:
        raise DocumentRefused from error
    return pdf


def _say_what_headers_are_of(_document: object, pdf: pydyf.PDF) -> None:
    """Say of each table header whether it heads a column or a row (PDF 1.7, 14.8.5.7): readers tell it with a cell."""
    elements = {each.reference: each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and "S" in each}
    for each in elements.values():
        if each["S"] == "/TH":
            row = elements[each["P"]]
            is_in_head = elements[row["P"]]["S"] == "/THead"
            each["A"]["Scope"] = "/Column" if is_in_head else "/Row"
