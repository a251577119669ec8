"""`leeward found` on a workers' account of its own: it works, or refuses before it writes anything."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from leeward.config.checks import check_founded
from leeward.justice.courts.models import KnownType, TypeVersion
from tests.databases import database_text

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


def test_founding_needs_nothing_of_the_webs_account(settings: Any, tmp_path: Path) -> None:
    """On a workers' account of its own the web's founding key can neither be read nor written."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"
    (tmp_path / "of-the-web").write_text("", encoding="ascii")
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "of-the-web" / "founding.key"
    call_command("found", stdout=io.StringIO())
    assert check_founded(databases=["default"]) == []
    call_command("found", stdout=io.StringIO())


def test_keys_that_cannot_be_kept_are_refused_before_anything_is_written(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "file" / "keys"
    before = database_text()
    with pytest.raises(CommandError, match=r"cannot be kept in .* Run this on the workers' account"):
        call_command("found", stdout=io.StringIO())
    assert database_text() == before


def test_one_that_was_left_half_done_is_named_and_finished_by_running_it_again(settings: Any, tmp_path: Path) -> None:
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "keys"
    call_command("found", stdout=io.StringIO())
    TypeVersion.objects.all().delete()
    KnownType.objects.all().delete()
    (half,) = check_founded(databases=["default"])
    assert "(types of court orders)" in half.msg
    assert "leeward found" in str(half.hint)
    call_command("found", stdout=io.StringIO())
    assert check_founded(databases=["default"]) == []


def test_the_web_server_does_not_start_without_the_files_of_the_pages(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    with pytest.raises(CommandError, match=r"Run `leeward collectstatic` first\."):
        call_command("serve")
