"""A report from another hotline: taken whole, or refused by the name of what is wrong; nothing of it lies in clear."""

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import ServiceUnknown
from leeward.foundation.vault.models import ServiceKey
from leeward.victim.file.rules.story import LONGEST_STORY, Harm
from leeward.victim.removals.errors import ReportRefused
from leeward.victim.removals.models import Report
from leeward.victim.removals.operations.handover import file_handover
from leeward.victim.removals.rules.handovers import Handover, HandoverContact, read_handover
from leeward.victim.removals.rules.reports import LONGEST_LINE, MOST_ITEMS
from tests.encodings import forms_of

RECORD: dict[str, Any] = {
    "urls": ["https://chatter.example/p/kestrel-4711", "https://lantern.example/v/osprey-4712"],
    "harm": "shared",
    "story": "It began in the winter, said the wandering albatross.",
    "contact": {"name": "Ymir Quillfeather", "email": "ymir@quillfeather.example", "phone": "+351 900 555 0177"},
    "language": "en",
    "consent": True,
}
LANGUAGES = ("en", "ar")
ROOT = Path(__file__).parents[3]
OPEN_DESK = "import django; django.setup(); from tests.readers import open_door; open_door('desk')"


def without(*names: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in RECORD.items() if name not in names} | changes


def test_a_whole_record_is_read() -> None:
    read = read_handover(RECORD, languages=LANGUAGES)
    assert (read.harm, read.language, len(read.urls)) == (Harm.SHARED, "en", 2)
    assert read.contact.name == "Ymir Quillfeather"
    assert not hasattr(read.contact, "way")  # to be reached is hers to say


def test_the_documentation_says_all_that_a_file_may_hold() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "handover.md").read_text(encoding="utf-8")
    example = json.loads(re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)[0])
    read = read_handover(example, languages=LANGUAGES)
    assert set(example) == set(Handover.model_fields)
    assert set(example["contact"]) == set(HandoverContact.model_fields)
    assert read.urls == example["urls"]
    said = page.partition("`harm` is one of")[2].partition("\n\n")[0]
    assert re.findall(r"`(\w+)`", said) == [harm.value for harm in Harm]
    for most in (MOST_ITEMS, LONGEST_STORY, LONGEST_LINE):
        assert f"{most:,} " in page


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ([], ""),
        (without("consent"), "consent"),
        (without(consent="yes"), "consent"),
        (without(consent=False), "consent"),
        (without("urls"), "urls"),
        (without(urls=[]), "urls"),
        (without(urls="https://chatter.example"), "urls"),
        (without(urls=["https://a.example", 7]), "urls[1]"),
        (without(urls=["https://a.example"] * 201), "urls"),
        (without(harm="naughty"), "harm"),
        (without("harm"), "harm"),
        (without(harm=["shared"]), "harm"),
        (without(story=7), "story"),
        (without(story="a" * 10_001), "story"),
        (without(story="a\x00b"), "story"),
        (without(contact="Ymir"), "contact"),
        (without(contact={"name": "Y", "address": "x"}), "contact.address"),
        (without(contact={"email": "nobody"}), "contact.email"),
        (without(contact={"phone": "none"}), "contact.phone"),
        (without(language="tlh"), "language"),
        (without(pictures=["x"]), "pictures"),
    ],
)
def test_what_is_wrong_is_named(record: object, field: str) -> None:
    with pytest.raises(ReportRefused) as refused:
        read_handover(record, languages=LANGUAGES)
    assert refused.value.field == field


def leeward(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    return run(str(Path(sys.executable).with_name("leeward")), *arguments, data=data)


def run(*command: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {"LEEWARD_ENV": "demo", "LEEWARD_DATA": str(data), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "leeward.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def installation(migrated: str, tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(migrated, data / "leeward.sqlite3")
    assert leeward("found", data=data).returncode == 0
    assert run(sys.executable, "-c", OPEN_DESK, data=data).returncode == 0
    return data


def test_nothing_of_a_filed_report_lies_in_any_file(installation: Path, tmp_path: Path) -> None:
    file = tmp_path / "handover.json"
    file.write_text(json.dumps(RECORD), encoding="utf-8")
    done = leeward("file-report", str(file), data=installation)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert set(said) == {"report", "code"}
    assert re.fullmatch(r"(\d{4} ){5}\d{4}", said["code"])
    secrets = [RECORD["story"], *RECORD["contact"].values(), *RECORD["urls"]]
    secrets += ["albatross", "kestrel-4711", "osprey-4712", "Quillfeather", "chatter.example", said["code"]]
    secrets += [said["code"].replace(" ", ""), said["code"][10:].replace(" ", "")]
    found = [
        (secret, path.name)
        for path in installation.rglob("*")
        if path.is_file()
        for secret in secrets
        if any(form in path.read_bytes() for form in forms_of(secret))
    ]
    assert found == []
    assert any(path.stat().st_size for path in installation.rglob("*.sqlite3*"))
    done = leeward("file-report", "/nowhere/at.all", data=installation)
    assert (done.returncode, done.stdout) == (2, "")


def test_what_is_refused_leaves_nothing_behind(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for given, word in (
        (json.dumps(without("consent")), "consent"),
        (json.dumps(without(pictures=[])), "pictures"),
        (json.dumps(without(urls=["javascript:alert(1)"])), "urls[0]"),
        ("{", "line 1"),
        ("[]", "one JSON object"),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
        with pytest.raises(CommandError, match=re.escape(word)) as refused:
            call_command("file_report", "-")
        assert refused.value.returncode == 2
        assert capsys.readouterr().out == ""
    assert not Report.objects.exists()


def test_before_the_founding_nothing_is_filed(db: None) -> None:
    """Nobody would look whether the pictures are gone; and keys are made on the workers' account alone."""
    with pytest.raises(ServiceUnknown, match="leeward found"):
        file_handover(handover=read_handover(RECORD, languages=LANGUAGES), by=Actor.operator(), now=timezone.now())
    assert not Report.objects.exists()
    assert not ServiceKey.objects.exists()
