"""Makes tagged PDF that a screen reader can read (PDF/UA), with this machine's own fonts and nothing else."""

import hashlib
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

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


def _no_picture(_address: str) -> None:
    return None


def _fetcher(pictures: Callable[[str], bytes | None]) -> Any:
    """A fetcher that fetches nothing, from nowhere: a document is whole in itself, with the pictures given it."""

    class NoFetcher(_weasyprint().urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
            content = pictures(url)
            if content is None:
                raise DocumentRefused
            return _weasyprint().urls.URLFetcherResponse(url, content)

    return NoFetcher(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)


def make_document(
    page: str, *, style: str, pictures: Callable[[str], bytes | None] = _no_picture, **options: Any
) -> bytes:
    """One HTML page as PDF/UA, its identifier made from its text: the same page gives the same bytes.

    `style` is CSS, `pictures` gives those of the page by their addresses, `options` are WeasyPrint's. Raises
    DocumentRefused where the page or its style refers to anything else.
    """
    setter, fetcher = _weasyprint(), _fetcher(pictures)
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
