"""Data for everybody: who has it already is told so, other sites may read it, and no spreadsheet runs a cell."""

from http import HTTPStatus

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from leeward.foundation.opendata import open_data, table


@open_data
def rows_of(request: HttpRequest) -> HttpResponse:
    if "wrong" in request.GET:
        return HttpResponse("There is no such thing.", status=HTTPStatus.BAD_REQUEST)
    return table([("name", "number"), ("=cmd()", -1), (None, "é")], name="rows.csv")


def test_a_table_is_for_everybody_and_no_cell_is_a_formula() -> None:
    response = rows_of(RequestFactory().get("/"))
    assert response.content.decode() == "name,number\r\n'=cmd(),-1\r\n,é\r\n"
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["Content-Disposition"] == 'attachment; filename="rows.csv"'
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Vary"] == "Cookie"


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', "*"])
def test_whoever_has_it_already_is_told_so(method: str, known: str) -> None:
    etag = rows_of(RequestFactory().get("/")).headers["ETag"]
    again = getattr(RequestFactory(), method)("/", headers={"If-None-Match": known.format(etag)})
    response = rows_of(again)
    assert (response.status_code, response.content) == (HTTPStatus.NOT_MODIFIED, b"")
    assert response.headers["ETag"] == etag
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "public, max-age=300"


def test_a_refusal_can_be_read_by_other_sites_and_is_not_kept() -> None:
    response = rows_of(RequestFactory().get("/?wrong", headers={"If-None-Match": "*"}))
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert not {"ETag", "Cache-Control"} & set(response.headers)
