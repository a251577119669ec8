"""Rows of staff's lists are low, as the demonstration fills them: each is measured on a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.lived import passphrases, sign_in  # noqa: F401  # a fixture, used by its name
from tests.journeys.people import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SMALL = {"width": 360, "height": 740}
DESK_ROW, PHONE_ROW = 44, 96
TARGET = 24
DESK = "/staff/removals/queues"
LISTS = {
    "mika": ["/staff/", *(f"{DESK}/{each}" for each in ("overdue", "due", "all", "attention", "unsent"))],
    "sasha": ["/staff/", "/staff/removals/reports"],
    "amal": ["/staff/", "/staff/helpline/queues/waiting", "/staff/helpline/queues/all"],
    "orla": ["/staff/", "/staff/orders"],
    "lena": ["/platform/requests", "/platform/orders"],
}
MEASURE = """() => {
  const rows = [...document.querySelectorAll("main [data-leeward-row]")];
  const box = (each) => each.getBoundingClientRect();
  const lines = (each) => Math.round(box(each).height / parseFloat(getComputedStyle(each).lineHeight));
  return {
    heights: rows.map((each) => box(each).height),
    tags: rows.flatMap((each) => [...each.querySelectorAll(".govuk-tag")]).filter((each) => each.checkVisibility())
      .map((each) => [lines(each), box(each).height]),
    targets: rows.flatMap((each) => [...each.querySelectorAll("a, input")]).map((each) => box(each).height),
    letters: rows.flatMap((each) => [...each.querySelectorAll("th, td")])
      .map((each) => parseFloat(getComputedStyle(each).fontSize)),
    ends: rows.length ? box(rows.at(-1)).bottom + window.scrollY : 0,
    tiles: document.querySelectorAll("main .leeward-figures").length,
  };
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_row_is_low_on_a_desk_and_on_a_phone(
    person: Callable[..., Any],
    passphrases: dict[str, str],  # noqa: F811
    language: str,
) -> None:
    for name, addresses in LISTS.items():
        somebody = person(DESKTOP)
        page = somebody.page
        sign_in(somebody, name, passphrases, language=language)
        for address in addresses:
            for size, highest in ((DESKTOP, DESK_ROW), (SMALL, PHONE_ROW)):
                page.set_viewport_size(size)
                page.goto(address)
                found = page.evaluate(MEASURE)
                where = f"{language} {name} {address} at {size['width']}"
                print(f"{where}: {len(found['heights'])} rows, highest {max(found['heights']):.0f} px")
                assert max(found["heights"]) <= highest, where
                assert all(lines == 1 and height <= TARGET for lines, height in found["tags"]), where
                assert min(found["targets"], default=TARGET) >= TARGET, where
                assert found["tiles"] == 0, where
                if size is DESKTOP:
                    assert min(found["letters"]) >= 16, where
                if "overdue" in address and size is DESKTOP and language == "en":  # Arabic words take a second line
                    assert found["ends"] - found["heights"][0] * (len(found["heights"]) - 39) <= 2 * 900, where
                somebody.look(f"{name}-{address.strip('/').replace('/', '-')}-{size['width']}-{language}")
