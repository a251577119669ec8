"""The guides for partners: pages of the site, whole in a package; links lead somewhere, and no HTML comes through."""

import itertools
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from leeward.foundation.web import guides
from leeward.foundation.web.guides import read_guide
from tests.foundation.web.pages import Page

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose guides somebody else wrote."""
    monkeypatch.setattr(guides, "FOLDER", tmp_path)
    read_guide.cache_clear()
    yield tmp_path
    read_guide.cache_clear()


class Outline(HTMLParser):
    """The levels of all headings within a guide, and where its text runs from start to end."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))


def body_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer).decode()


@pytest.mark.parametrize("name", settings.LEEWARD_GUIDES)
def test_every_link_of_a_guide_leads_somewhere_on_this_site(client: Client, name: str) -> None:
    body = body_of(client, reverse("web:guide", args=[name]))
    inside = body.partition('<div class="leeward-prose" lang="en" dir="ltr">')[2].partition("</main>")[0]
    assert Page(inside).loaded == []
    for link in Page(inside).links:
        address, part = urldefrag(link["href"] or "")
        assert not address or address.startswith("/"), "no page leads away from here"
        found = body_of(client, address) if address else body
        assert not part or part in Page(found).ids, link["href"]


@pytest.mark.parametrize("name", settings.LEEWARD_GUIDES)
def test_headings_follow_each_other_and_names_are_unique(client: Client, name: str) -> None:
    body = body_of(client, reverse("web:guide", args=[name]))
    levels = Outline(body.partition("<main")[2].partition("</main>")[0]).levels
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    made = Page(body)
    assert len(made.ids) == len(set(made.ids))
    assert made.inline == []
    labels = re.findall(r'role="region" tabindex="0" aria-label="([^"]+)"', body)
    assert len(labels) == len(set(labels)) == body.count("<table")


def test_arabic_pages_keep_the_guide_in_its_own_direction(client: Client) -> None:
    body = client.get(reverse("web:guide", args=["webhooks"]), headers={"Accept-Language": "ar"}).content.decode()
    assert 'dir="rtl"' in body.partition("<body")[0]
    assert '<div class="leeward-prose" lang="en" dir="ltr"><h1' in body


def test_what_is_in_the_repository_alone_is_told_without_a_link(written: Path) -> None:
    (written / "requests.md").write_text(
        "# One\n\nSee [the plan](benchmarks.md), [it](https://one.example), [more](webhooks.md#what-you-do).\n"
    )
    guide = read_guide("requests")
    assert guide is not None
    assert "See the plan, it (https://one.example), <a" in guide.html
    assert f'href="{reverse("web:guide", args=["webhooks"])}#what-you-do"' in guide.html
    assert guide.html.count("<a ") == 1


def test_no_html_and_no_script_of_a_text_reaches_a_page(written: Path) -> None:
    (written / "requests.md").write_text(
        "# One\n\n<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=y>\n\n"
        '## "><b>Two\n\n| a |\n|---|\n| <i>b</i> |\n\n```\n</code><script>\n```\n'
    )
    guide = read_guide("requests")
    assert guide is not None
    made = Page(guide.html)
    assert made.inline == []
    assert made.loaded == []
    assert made.links == []
    for tag in ("<script", "<img", "<b>", "<i>"):
        assert tag not in guide.html


def test_others_are_not_pages(client: Client) -> None:
    for name in ("threat-model", "clear-fields", "..", "requests.md"):
        assert client.get(f"/guides/{name}").status_code == 404


def test_pages_that_name_a_guide_link_to_it(client: Client) -> None:
    listed = {link["href"] for link in Page(body_of(client, reverse("web:guides"))).links}
    assert {reverse("web:guide", args=[name]) for name in settings.LEEWARD_GUIDES} <= listed
    links = {link["href"] for link in Page(body_of(client, reverse("web:for-platforms"))).links}
    assert {reverse("web:guides"), reverse("web:guide", args=["exchange"])} <= links


def test_an_installed_package_has_them_too(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as found:
        packaged = guides.PACKAGED.relative_to(ROOT)
        for name in settings.LEEWARD_GUIDES:
            assert found.read(f"{packaged}/{name}.md") == (ROOT / "docs" / f"{name}.md").read_bytes()
        assert not [each for each in found.namelist() if each.startswith("docs/")]
