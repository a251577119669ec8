"""The list of phrases names every kind of label with its room and place, and its command in the guide runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import phrases

TEMPLATE = """<h1>{{ _("Orders of courts") }}</h1>
<p>{{ _("Words that are no label.") }}</p>
{{ button(_("Publish") if is_ready else _("Save"), kind="secondary") }}
{{ tag(_("Late"), "red") }} {{ crumb(url("courts:desk-home", id), _("Courts")) }}
<h2>{% trans name=name %}Order {{ name }}{% endtrans %}</h2>
"""
MODULE = """
class State(Labelled):
    SENT = "sent", mark("Sent"), "green"
    PHONE = "phone", mark("By phone")

COLUMNS = (Column("who", _("Who"), show), Column("due", heading=_("Due"), show=due))
NAMES = {
    Queue.MINE: _("Assigned to you"),
}
field = line(_("The number "
    "of the order"), help_text=_("On its first page."))
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    room = tmp_path / "leeward" / "justice" / "courts"
    (room / "migrations").mkdir(parents=True)
    (room / "order.jinja").write_text(TEMPLATE)
    (room / "lists.py").write_text(MODULE)
    (room / "migrations" / "0001.py").write_text('label = _("Landed")')
    return tmp_path


def test_each_label_has_its_kind_room_and_line(house: Path) -> None:
    found = {(each.text, each.kind, each.path.name, each.line) for each in phrases.phrases(house)}
    assert found == {
        ("Orders of courts", "heading", "order.jinja", 1),
        ("Publish", "button", "order.jinja", 3),
        ("Save", "button", "order.jinja", 3),
        ("Late", "tag", "order.jinja", 4),
        ("Courts", "link", "order.jinja", 4),
        ("Order {{ name }}", "heading", "order.jinja", 5),
        ("Sent", "tag", "lists.py", 3),
        ("By phone", "choice", "lists.py", 4),
        ("Who", "column", "lists.py", 6),
        ("Due", "column", "lists.py", 6),
        ("Assigned to you", "filter", "lists.py", 8),
        ("The number of the order", "field", "lists.py", 10),
    }
    assert {each.room for each in phrases.phrases(house)} == {"courts"}


def test_what_victims_read_and_what_staff_read_are_apart(capsys: pytest.CaptureFixture[str]) -> None:
    shown = {}
    for whose in ("--her", "--staff"):
        assert phrases.main(["--room", "portal" if whose == "--her" else "courts", "--kind", "heading", whose]) == 0
        shown[whose] = capsys.readouterr().out
    assert "leeward/victim/portal/jinja2/" in shown["--her"]
    assert "leeward/justice/courts/jinja2/" in shown["--staff"]


def test_a_room_that_is_not_there_is_no_empty_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert phrases.main(["--room", "gone"]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("paper", ["docs/writing.md", "CONTRIBUTING.md"])
def test_the_command_in_a_guide_prints_what_it_says(paper: str) -> None:
    commands = re.findall(r"`\.venv/bin/python (-m tools\.phrases[^`]*)`", Path(paper).read_text(encoding="utf-8"))
    assert commands
    for command in commands:
        shown = subprocess.run([sys.executable, *command.split()], capture_output=True, text=True, check=True).stdout
        assert re.search(r"^  .+\tleeward/\S+\.(?:jinja|py):\d+", shown, re.MULTILINE)
