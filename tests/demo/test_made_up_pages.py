"""The made-up nation's pages: a drawing that everybody may see, and copies that are still right."""

from typing import Any

import pytest
from django.test import Client

from demo.pages import CODE, WORDS, found_pages
from leeward.foundation.accounts.rules import Role
from leeward.foundation.pages.models import PageFile, PrintRun
from leeward.foundation.pages.queries import run_rows, view_runs
from leeward.foundation.pages.rules.papers import RunState
from tests.foundation.accounts.people import NOW, at, employ

pytestmark = pytest.mark.django_db


def test_a_page_shows_a_drawing_in_each_language_and_copies_hang_somewhere(
    client: Client, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    at(monkeypatch, NOW)
    employ("dana", Role.DIRECTORY_EDITOR)
    employ("petra", Role.POLICY_OFFICER)
    for _time in range(2):
        found_pages(now=NOW)
    file = PageFile.objects.get()
    for language, words in WORDS.items():
        page = client.get(f"/pages/{CODE}", headers={"accept-language": language}).content.decode()
        assert f'src="/pages/files/{file.code}" alt="{words}"' in page
        assert not client.get(f"/pages/{CODE}.json", {"lang": language}).json()["is_behind"]
    assert client.get(f"/pages/files/{file.code}").headers["Content-Type"] == "image/png"
    assert PrintRun.objects.count() == 2
    assert {run.state for run in view_runs(run_rows())} == {RunState.RIGHT}
