"""Files that come in: within a limit, from people who are signed in, never on disk."""

import hashlib
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from leeward.foundation.web.uploads import Keeping, TakenFile, UploadMiddleware, takes_file

CONTENT = b"seen by nobody " * 100_000  # several chunks


class _Staff(AnonymousUser):
    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        return True


def send(view: Any, content: bytes, *, user: AnonymousUser | None = None) -> HttpRequest:
    request = RequestFactory().post("/", {"words": "a", "file": SimpleUploadedFile("names.pdf", content)})
    request.user = user or _Staff()  # type: ignore[assignment]
    UploadMiddleware(lambda _request: HttpResponse()).process_view(request, view, (), {})
    return request


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def taken(view: Any, content: bytes) -> TakenFile:
    file = send(view, content).FILES["file"]
    assert isinstance(file, TakenFile)
    return file


def test_a_file_is_kept_in_memory_where_its_view_says_so() -> None:
    file = taken(takes_file(most_bytes=len(CONTENT))(lambda _r: HttpResponse()), CONTENT)
    assert (file.read(), file.size, file.name, file.is_too_large) == (CONTENT, len(CONTENT), "names.pdf", False)
    assert file.digest == hashlib.sha256(CONTENT).hexdigest()


def test_of_one_that_is_wanted_for_its_digest_nothing_else_is_kept() -> None:
    file = taken(takes_file(most_bytes=len(CONTENT), keeping=Keeping.DIGEST)(lambda _r: HttpResponse()), CONTENT)
    assert (file.read(), file.size, file.digest) == (b"", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


@pytest.mark.parametrize("keeping", Keeping)
def test_what_is_over_the_limit_is_read_past_and_named(keeping: Keeping) -> None:
    file = taken(takes_file(most_bytes=len(CONTENT) - 1, keeping=keeping)(lambda _r: HttpResponse()), CONTENT)
    assert (file.read(), file.digest, file.is_too_large) == (b"", "", True)


def test_no_other_view_and_nobody_who_is_not_signed_in_is_taken_a_file() -> None:
    assert dict(send(plain, CONTENT).FILES) == {}
    view = takes_file(most_bytes=len(CONTENT))(lambda _r: HttpResponse())
    request = send(view, CONTENT, user=AnonymousUser())
    assert dict(request.FILES) == {}
    assert request.POST["words"] == "a"


def test_the_form_beside_it_is_read_as_ever() -> None:
    request = send(takes_file(most_bytes=10)(lambda _r: HttpResponse()), b"short")
    assert (request.POST["words"], request.FILES["file"].read()) == ("a", b"short")
