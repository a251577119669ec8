"""Documents: what a screen reader needs of a table, and nothing fetched."""

import re

import pytest

from leeward.foundation.web.documents import make_document
from leeward.foundation.web.errors import DocumentRefused

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Table</title></head><body><h1>Table</h1>
<table><caption>Counts</caption><thead><tr><th scope="col">Name</th><th scope="col">Number</th></tr></thead>
<tbody><tr><th scope="row">One</th><td>1</td></tr><tr><th scope="row">Two</th><td>2</td></tr></tbody></table></body>
</html>"""


def test_each_header_says_whether_it_heads_a_column_or_a_row() -> None:
    pdf = make_document(PAGE, style="", uncompressed_pdf=True)
    elements = re.findall(r"/Type /StructElem\s*/S /(TH|TD)\b.*?/O /Table(.*?)>>", pdf.decode("latin-1"), re.DOTALL)
    scopes = [re.findall(r"/Scope /(\w+)", told) for kind, told in elements if kind == "TH"]
    assert scopes == [["Column"], ["Column"], ["Row"], ["Row"]]
    assert all("/Scope" not in told for kind, told in elements if kind == "TD")


def test_the_same_page_gives_the_same_bytes() -> None:
    assert make_document(PAGE, style="") == make_document(PAGE, style="")


@pytest.mark.parametrize(
    "part", ['<img alt="" src="https://example.org/a.png">', '<img alt="" src="file:///etc/hosts">']
)
def test_nothing_is_fetched(part: str) -> None:
    with pytest.raises(DocumentRefused):
        make_document(PAGE.replace("<h1>", part + "<h1>"), style="")
