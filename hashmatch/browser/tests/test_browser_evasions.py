"""What a browser shows and what is hashed are the same picture, in Python and in the hasher; see hashmatch/evasions."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evasion_cases import KINDS, Evasion, make_evasions
from evasion_shows import (
    Answer,
    Verdict,
    ask_python,
    ask_threatexchange,
    judge,
    judge_one,
    make_table,
    show_in_chromium,
    show_in_firefox,
)
from hashmatch.hashes import PdqHash
from playwright.sync_api import Page

from tests.depth import a_third_a_day

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
AT_ONCE = 30  # pictures in one list
NOT_YET = ("AVIF",)  # of these animations the hasher takes the first frame
LATEST = "() => window.changes.at(-1)"


def ask_hasher(desk: Any, save: Callable[..., Path], evasions: list[Evasion]) -> list[Answer]:
    """What the hasher makes of each file; a file that it refuses has no hashes."""
    answers = []
    for part in itertools.batched(evasions, AT_ONCE):
        desk.open()
        files = [save(f"{number}.bin", one.data) for number, one in enumerate(part)]
        desk.choose(*files)
        desk.wait()
        found = {one["sha256"]: one["pdq"] for one in desk.page.evaluate(LATEST)}
        members = (found.get(one.sha256, ()) for one in part)
        answers += [Answer(tuple(PdqHash.from_hex(member[1]) for member in one)) for one in members]
    return answers


def test_what_chromium_shows_is_what_is_hashed(desk: Any, page: Page, save: Callable[..., Path]) -> None:
    evasions = make_evasions(a_third_a_day(list(KINDS)))
    seen = show_in_chromium(page, evasions)
    assert sum(map(bool, seen)) > 0.9 * len(evasions)
    wrong = []
    for one, shown, ours in zip(evasions, seen, map(ask_python, evasions), strict=True):
        verdict = judge(shown, ours)
        if verdict not in (Verdict.FOUND, Verdict.UNSEEN):
            wrong.append(f"Python: {one.kind}: {one.name}: {verdict}")
    for one, shown, theirs in zip(evasions, seen, ask_hasher(desk, save, evasions), strict=True):
        verdict = judge_one(shown, theirs)
        if one.kind == "frames" and one.name.endswith(NOT_YET):
            continue
        if verdict is Verdict.MISSED or (verdict is Verdict.TOLD and one.kind in ("alpha", "frames")):
            wrong.append(f"hasher: {one.kind}: {one.name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.deep
def test_firefox_shows_what_chromium_shows_and_peers_are_held_beside_ours(
    desk: Any, page: Page, save: Callable[..., Path]
) -> None:
    """Writes the table of docs/evasions.md to build/evasions.md."""
    evasions = make_evasions()
    shown = {"Chromium": show_in_chromium(page, evasions), "Firefox": show_in_firefox(evasions)}
    hasher = ask_hasher(desk, save, evasions)
    columns = [("hasher, Chromium", [judge_one(*both) for both in zip(shown["Chromium"], hasher, strict=True)])]
    for browser, seen in shown.items():
        python = [judge(one, ask_python(evasion)) for one, evasion in zip(seen, evasions, strict=True)]
        assert set(python) <= {Verdict.FOUND, Verdict.UNSEEN}, browser
        columns.append((f"hashmatch, {browser}", python))
        peers = [judge(one, ask_threatexchange(evasion)) for one, evasion in zip(seen, evasions, strict=True)]
        columns.append((f"threatexchange, {browser}", peers))
    ROOT.joinpath("build").mkdir(exist_ok=True)
    ROOT.joinpath("build", "evasions.md").write_text(make_table(evasions, columns))
