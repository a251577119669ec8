"""What anybody can check of a release: its signed record, and each file by its digest."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.signing.models import SignedRecord
from tests.foundation.signing.conftest import drawn, folder, sign_all, signer
from tests.policy.statistics.kept_counts import NOW
from tests.policy.statistics.releases import (
    discard_draft,
    draft_release,
    find_draft,
    find_release,
    read_file,
    sign_release,
)
from tests.policy.statistics.some_figures import some_figures

__all__ = ["drawn", "folder", "signer"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signer")]

ONE, TWO = (Actor(kind=ActorKind.STAFF, id=name) for name in ("one", "two"))


def release(title: str) -> str:
    edition = draft_release(title=title, by=ONE, now=NOW)
    sign_release(edition=edition, sha256=find_draft(edition).sha256, by=TWO, now=NOW)
    return edition


def check(**given: object) -> str:
    return Client().post("/check", given).content.decode()


def test_a_release_is_signed_when_it_is_published_and_each_file_is_known_by_its_digest() -> None:
    some_figures()
    first = release("Spring")
    sign_all(NOW)
    row = SignedRecord.objects.get()
    page = Client().get(reverse("statistics-data:release", args=[first])).content.decode()
    assert f"/check/{row.number[:4]}-{row.number[4:]}" in page
    found = check(number=row.number)
    for part in ("Genuine, and still right", first, find_release(first).sha256):
        assert part in found
    name = find_release(first).files[0].name
    content = read_file(first, name)[1]
    assert "Yes, nothing newer" in check(file=SimpleUploadedFile(name, content))
    assert "We did not publish this file" in check(file=SimpleUploadedFile(name, content + b" "))
    sums = Client().get(reverse("statistics-data:release-sums", args=[first])).content
    assert "sha256sums.txt" in check(file=SimpleUploadedFile("sums.txt", sums))
    second = release("Summer")
    assert "A newer one has taken its place" in check(number=first)
    assert "Yes, nothing newer" in check(number=second)


def test_a_draft_is_neither_signed_nor_known() -> None:
    some_figures()
    edition = draft_release(title="Spring", by=ONE, now=NOW)
    sha256 = find_draft(edition).sha256
    discard_draft(edition=edition, why="Wrong.", by=ONE, now=NOW)
    assert not SignedRecord.objects.exists()
    for typed in (edition, sha256):
        assert "We published this" not in check(number=typed)
