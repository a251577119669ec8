"""How the country is doing: what everybody reads is what was printed, and nothing else of what was counted."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.protection.tables import THRESHOLD
from leeward.foundation.web.charts import Levels, Stack
from leeward.industry.duties.operations import publish_regime_version, switch_regime
from leeward.industry.duties.schemas import read_shipped
from leeward.industry.platforms.queries import find_partner_by_name
from leeward.policy.statistics.catalogue import HEADLINES, INDICATORS, PLANS
from leeward.policy.statistics.dashboard import tiles
from leeward.policy.statistics.dashboard.tiles import Tile
from leeward.policy.statistics.models import PublishedCount
from leeward.policy.statistics.queries.series import all_series
from leeward.policy.statistics.records import Frequency, Section, Status
from leeward.policy.statistics.rules.measures import Measure, Measured
from tests.policy.statistics.kept_counts import keep
from tests.policy.statistics.nation import FEW_HOURS, LITTLE, NOW, QUIET_NAME, USUAL, M, Place, publish_nation
from tests.policy.statistics.releases import draft_release, find_draft, sign_release
from tests.standing import Standing

pytestmark = pytest.mark.django_db

NATION = "/how-the-nation-does"
KEYS = [*PLANS, "escalation-success", "orders-by-kind"]
# Lists that are public by themselves are printed as they are.
OPEN = {M.SERVICES, M.SERVICES_FRESH, M.SIGNATORIES, M.SIGNATORIES_GOOD, M.COMMITMENTS, M.COMMITMENTS_KEPT}
OPEN |= {M.PLATFORMS, M.PLATFORMS_LEAD, M.PLATFORMS_POLICY, M.DRAWING, M.MONTHS_PAID}
OPEN |= {M.ALERT_DAYS, M.ALERTS_ASKED, M.ALERTS_ANSWERED}
OPEN |= {M.PRACTICES, M.PRACTICES_IN_DATE, M.AUTHORITIES, M.AUTHORITIES_REPORTING, M.OUTCOMES_AGE}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def platforms(standing: Standing) -> tuple[Place, Place]:
    return standing("platforms", lambda: (_platform("Lantern"), _platform("Cove")))


def _platform(name: str) -> Place:
    call_command("create_platform", name, stdout=io.StringIO())
    return Place(code=str(find_partner_by_name(name).public_id), name=name)


@pytest.fixture
def nation(standing: Standing, platforms: tuple[Place, Place]) -> tuple[Place, Place]:
    standing("nation", lambda: publish_nation(first=platforms[0], second=platforms[1]))
    return platforms


@pytest.fixture
def other_chart() -> Iterator[Callable[[Tile | None], None]]:
    """What another app shows, for as long as the test lasts."""
    before = dict(tiles._providers)
    yield lambda tile: tiles.register("other-chart", lambda _now: tile)
    tiles._providers.clear()
    tiles._providers.update(before)


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def read_questions(client: Client) -> str:
    """Every page of a question, one after the other."""
    return "".join(read(client, f"{NATION}/{section.value}") for section in Section)


def plain(page: str) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def rows_of(answer: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def every_page(platforms: tuple[Place, Place]) -> list[str]:
    del platforms
    return [
        *(NATION, f"{NATION}/platforms.csv", f"{NATION}/numbers"),
        *(f"{NATION}/{section.value}" for section in Section),
        *(f"{NATION}/platforms?order={order}" for order in ("removal-rate", "hours-to-removal-median", "answered")),
        *(f"{NATION}/{key}{tail}" for key in KEYS for tail in ("", ".csv")),
        *(f"/embed/{language}/{key}" for key in KEYS for language in ("en", "ar")),
    ]


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_before_anything_is_printed_it_says_so(client: Client) -> None:
    assert "No number has been printed yet." in read(client, NATION)
    assert "no number about platforms" in read(client, f"{NATION}/platforms")
    assert client.get(f"{NATION}/removal-rate").status_code == 404
    assert client.get("/embed/en/removal-rate").status_code == 404
    assert "What is counted" in read(client, f"{NATION}/numbers")


def test_the_pages_tell_each_number_in_a_sentence_a_picture_and_a_table(client: Client, nation: object) -> None:
    page = read_questions(client)
    for key in KEYS:
        assert f'id="{key}-heading"' in page
        for frame in ("phone", "column"):
            assert page.count(f'id="{key}-{frame}-title"') == 1
    said = plain(page)
    assert "Of the pictures of July 2026 that were removed, half were gone within 17 hours." in said
    assert "nine in ten were gone within 11 days." in said
    assert "The month before it was 17 hours." in said
    assert page.count("The numbers as a table") == len(KEYS)


def test_the_pages_are_small_on_their_way(client: Client, nation: object) -> None:
    for address, most in ((NATION, 10_000), *((f"{NATION}/{section.value}", 30_000) for section in Section)):
        packed = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.content) < most, address
        assert not packed.cookies, "nothing on it is anybody's secret"


def test_every_id_stands_once(client: Client, nation: object) -> None:
    questions = [f"{NATION}/{section.value}" for section in Section]
    for address in (NATION, *questions, f"{NATION}/hours-to-removal", f"{NATION}/numbers"):
        found = re.findall(r'\sid="([^"]+)"', read(client, address))
        assert len(found) == len(set(found)), address


def test_every_picture_can_be_read_by_itself(client: Client, nation: object) -> None:
    pictures = re.findall(r"<svg.*?</svg>", read(client, NATION) + read_questions(client), flags=re.DOTALL)
    assert len(pictures) >= 2 * len(KEYS)
    for picture in pictures:
        ET.fromstring(picture)  # noqa: S314  # our own


def test_what_still_changes_is_not_what_the_sentence_speaks_of(client: Client, nation: object) -> None:
    page = plain(read(client, f"{NATION}/removal-rate"))
    assert "asked to remove in July 2026" in page
    assert re.search(r"October 2026 [\d.]+%, still changing", page)
    assert re.search(r"July 2026 [\d.]+% ", page)


def test_the_scope_is_printed_on_each(client: Client, nation: object) -> None:
    page = read_questions(client)
    feet = re.findall(r'<ul class="chart__scope">(.*?)</ul>', page, flags=re.DOTALL)
    assert len(feet) == len(KEYS)
    for foot in feet:
        assert "Counts " in foot
        assert "Source: " in foot
        assert "As printed on 24 November 2026." in foot


def _give_law(*, code: str, jurisdiction: str) -> None:
    draft = replace(read_shipped()[0].draft, code=code, name=f"Law {code}", jurisdiction=jurisdiction, limit_hours=48)
    publish_regime_version(draft=draft, valid_from=NOW.date(), by=Actor.system(), now=NOW)
    switch_regime(code=code, on=True, reason="It is in force.", by=Actor.system(), now=NOW)


def test_the_law_stands_across_the_hours(client: Client, nation: object, settings: Any) -> None:
    chart = f"{NATION}/hours-to-removal"
    _give_law(code="theirs", jurisdiction="Elsewhere")
    assert 'class="chart-mark"' not in read(client, chart)
    _give_law(code="ours", jurisdiction=settings.LEEWARD_NATION)
    page = read(client, chart)
    assert page.count('class="chart-mark"') == 2  # in the drawing for phones, and in the one for wider windows
    assert "the law: 48 hours" in page
    assert "The line across: Law ours gives a platform 48 hours." in plain(page)
    assert "Law theirs" not in page
    assert "the law: 48 hours" in read(client, "/embed/en/hours-to-removal")
    assert 'class="chart-mark"' not in read(client, f"{NATION}/removal-rate")


def test_a_law_that_is_called_by_the_nations_code_is_its_own(client: Client, nation: object, settings: Any) -> None:
    _give_law(code="ours", jurisdiction=settings.LEEWARD_JURISDICTION.lower())
    assert "the law: 48 hours" in read(client, f"{NATION}/hours-to-removal")


def test_what_is_counted_stands_beside_a_chart(client: Client, nation: object) -> None:
    page = plain(read(client, f"{NATION}/hours-to-removal"))
    assert "What this counts" in page
    assert "To keep in mind" in page


def test_a_chart_can_be_had_by_week(client: Client, nation: object) -> None:
    assert client.get(f"{NATION}/reports?by=week").status_code in (200, 404)
    assert client.get(f"{NATION}/reports?by=year").status_code == 200


def test_what_helps_after_a_platform_is_told_apart(client: Client, nation: object) -> None:
    page = plain(read(client, f"{NATION}/escalation-success"))
    assert "Those who carry the site" in page
    assert "Others: search engines" in page
    rows = rows_of(client.get(f"{NATION}/escalation-success.csv"))
    assert {row["code"] for row in rows} == {"carriers", "others"}
    assert {(row["step"], row["period"]) for row in rows} == {("quarter", "2026-Q1"), ("quarter", "2026-Q2")}


@pytest.mark.parametrize("key", ["nothing-here", "other-chart", "platforms-with-lead"])
def test_a_chart_that_is_not_there_is_not_found(client: Client, nation: object, key: str) -> None:
    for address in (f"{NATION}/{key}", f"{NATION}/{key}.csv", f"/embed/en/{key}"):
        assert client.get(address).status_code == 404
    assert client.get("/embed/xx/reports").status_code == 404


def test_what_is_made_up_says_so_on_every_page(client: Client, platforms: tuple[Place, Place]) -> None:
    publish_nation(first=platforms[0], second=platforms[1], source="made-up")
    for address in every_page(platforms):
        answer = client.get(address)
        if address.endswith(".csv"):
            assert "made-up-" in answer.headers["Content-Disposition"]
        elif not address.endswith("/numbers") and "/ar/" not in address:
            assert "Made up" in answer.content.decode(), address


def test_what_is_not_made_up_does_not_say_so(client: Client, nation: tuple[Place, Place]) -> None:
    for address in every_page(nation):
        answer = client.get(address)
        assert "Made up" not in answer.content.decode()
        assert "made-up" not in answer.headers.get("Content-Disposition", "")


# --- the overview -----------------------------------------------------------------------------------------------------


def test_no_chart_has_the_address_of_a_question() -> None:
    assert {*PLANS, *tiles._providers} & {section.value for section in Section} == set()


def test_each_number_of_the_overview_leads_to_its_chart(client: Client, nation: object) -> None:
    page = read(client, NATION)
    for code in HEADLINES:
        (chart,) = [plan.key for plan in PLANS.values() if plan.lines[0][0] == code]
        assert f'href="{NATION}/{chart}"' in page
        assert client.get(f"{NATION}/{chart}").status_code == 200


def test_the_overview_counts_the_figures_of_each_question(client: Client, nation: object) -> None:
    page = read(client, NATION)
    for section in Section:
        row = re.search(rf'<li id="{section.value}">(.*?)</li>', page, flags=re.DOTALL)
        assert row is not None
        assert f'href="{NATION}/{section.value}"' in row[1]
        told = re.search(r"(\d+) figures?", plain(row[1]))
        assert told is not None
        assert int(told[1]) == read(client, f"{NATION}/{section.value}").count("<figure")


def test_the_overview_says_what_changed_where_ranges_lie_apart_alone(
    client: Client, platforms: tuple[Place, Place]
) -> None:
    def kept(measure: Measure, month: int, count: int) -> Measured:
        return Measured(measure=measure, step=Frequency.MONTH, start=date(2026, month, 1), count=count)

    counts = [kept(M.FILED, 6, 128), kept(M.FILED, 7, 131), kept(M.SENT, 6, 426), kept(M.SENT, 7, 611)]
    keep(*counts, now=NOW)
    page = plain(read(client, NATION))
    changed = page.partition("What changed")[2].partition("Known gaps")[0]
    assert "How many pictures are asked about : rose from 425 (±2) to 610 (±2), July 2026" in changed
    assert "130" not in changed, "130 and 130 tell no change"
    assert "Are pictures taken down? 2 figures · 1 changed" in page
    keep(kept(M.SENT, 7, 427), reason="They were counted again.", now=NOW)
    page = plain(read(client, NATION))
    assert "Nothing changed that these numbers can show." in page
    assert "1 changed" not in page


def test_the_overview_calls_no_number_a_change_after_which_one_is_hidden(client: Client, nation: object) -> None:
    """Hashes rose in April after a month with few; from May on their number is hidden."""
    assert "It rose." in plain(read(client, f"{NATION}/hashes-in-force"))
    changed = plain(read(client, NATION)).partition("What changed")[2].partition("Known gaps")[0]
    assert "Hashes" not in changed


def test_the_overview_says_what_is_not_known(client: Client, nation: object) -> None:
    page = plain(read(client, NATION)).partition("Known gaps")[2]
    reported, expected = USUAL[M.AUTHORITIES_REPORTING], USUAL[M.AUTHORITIES]
    assert f"{expected - reported} of {expected} authorities have not reported the newest year." in page
    newest = [each.points[-1].status for each in all_series() if each.points]
    assert f"{newest.count(Status.ESTIMATE)} of the newest numbers still change." in page
    assert newest.count(Status.CONFIDENTIAL) > 1
    assert f"{newest.count(Status.CONFIDENTIAL)} of the newest numbers are hidden, to protect people." in page
    elsewhere = sum(bool(each.not_computed) for each in INDICATORS.values())
    assert f"{elsewhere} numbers cannot be counted here." in page


# --- what is not ------------------------------------------------------------------------------------------------------


def without_ends(text: str) -> str:
    """The cells of a file of figures, without the range of each number."""
    rows = [{**row, "low": "", "high": ""} for row in csv.DictReader(io.StringIO(text))]
    return "\n".join(" ".join(map(str, row.values())) for row in rows)


def test_no_count_stands_anywhere_as_it_was_counted(client: Client, nation: tuple[Place, Place]) -> None:
    counted = [number for measure, number in USUAL.items() if measure not in OPEN and number > 99 and number % 5]
    raw = {str(number) for number in counted} | {f"{number:,}" for number in counted}
    assert len(raw) > 12
    for address in every_page(nation):
        text = read(client, address)
        text = plain(text) if not address.endswith(".csv") else without_ends(text)
        # Whole numbers alone: a random code of a platform may hold the same digits.
        assert raw & set(re.findall(r"(?<![\w-])[\d,]+(?![\w-])", text)) == set(), address


def test_a_month_with_few_is_not_shown_anywhere(client: Client, nation: tuple[Place, Place]) -> None:
    # Bars show the newest quarter alone.
    without = ("directory", "signatories", "commitments", "alerts", "hashes", "escalation", "orders-by-kind")
    people = [key for key in KEYS if not key.startswith(without)]
    for key in people:
        page = plain(read(client, f"{NATION}/{key}"))
        assert f"{QUIET_NAME} not shown, to protect people" in page, key
        (row,) = [
            each
            for each in rows_of(client.get(f"{NATION}/{key}.csv"))[:100]
            if each["period"] == "2026-03" and each["indicator"] == tile_of(key)
        ]
        assert (row["value"], row["status"], row["numerator"]) == ("", "c", ""), key
    assert f"{FEW_HOURS} hours" not in plain(read(client, NATION) + read_questions(client))
    assert all(number < 10 for measure, number in LITTLE.items() if measure is not M.HASHES)


def tile_of(key: str) -> str:
    return next(plan.lines[0][0] for plan in PLANS.values() if plan.key == key)


def test_files_hold_rounded_numbers_alone(client: Client, nation: tuple[Place, Place]) -> None:
    checked = 0
    for key in [*KEYS, "platforms"]:
        for row in rows_of(client.get(f"{NATION}/{key}.csv")):
            if row["indicator"].startswith(("directory", "signatories", "commitments", "alerts")):
                continue
            for name in ("numerator", "denominator"):
                if row[name]:
                    assert int(row[name]) % 5 == 0, (key, row)
                    assert int(row[name]) >= 10, (key, row)
                    checked += 1
            if row["status"] == "c":
                assert not row["value"], (key, row)
    assert checked > 90


def test_a_file_says_what_the_table_says(client: Client, nation: object) -> None:
    page = plain(read(client, f"{NATION}/reports"))
    rows = rows_of(client.get(f"{NATION}/reports.csv"))
    shown = [row for row in rows if row["value"]]
    assert len(shown) == 9
    assert {float(row["value"]) for row in shown} == {130}
    assert page.count(" 130 ") >= 9


def test_a_file_may_be_read_by_other_sites_scripts(client: Client, nation: object) -> None:
    answer = client.get(f"{NATION}/reports.csv")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("asked", ["by=day", "by=", "platform=nobody", "by=month&by=year", "platform="])
def test_a_file_refuses_what_there_is_not(client: Client, nation: object, asked: str) -> None:
    edition = draft_release(title="The first", by=Actor.operator(), now=NOW)
    sign_release(edition=edition, sha256=find_draft(edition).sha256, by=Actor(kind=ActorKind.STAFF, id="two"), now=NOW)
    for address in (
        f"{NATION}/reports.csv",
        f"{NATION}/escalation-success.csv",
        f"{NATION}/platforms.csv",
        *(f"/statistics/api{tail}" for tail in ("", "/indicators", "/series", "/corrections", "/releases")),
        *(f"/statistics/api/series/{tail}" for tail in ("removal-rate", "removal-rate.csv?breakdown=platform")),
        *(f"/statistics/releases/{edition}/{name}" for name in ("observations.csv", "sha256sums.txt")),
    ):
        answer = client.get(f"{address}{'&' if '?' in address else '?'}{asked}")
        assert answer.status_code == 400, address
        assert asked.partition("=")[0] in answer.json()["error"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_file_of_platforms_can_be_asked_for_one(client: Client, nation: object) -> None:
    every = rows_of(client.get(f"{NATION}/platforms.csv"))
    code = next(row["code"] for row in every if row["label"] == "Lantern")
    own = rows_of(client.get(f"{NATION}/platforms.csv?platform={code}"))
    assert own == [row for row in every if row["code"] == code]
    assert 0 < len(own) < len(every)
    [series] = client.get(f"/statistics/api/series/answered?breakdown=platform&platform={code}").json()["series"]
    assert series["code"] == code


def test_what_hiding_promises_is_what_it_does(client: Client, nation: object) -> None:
    page = plain(read(client, f"{NATION}/numbers"))
    assert f"A hidden number is fewer than {THRESHOLD}, or would give such a number away." in page
    assert "We do not promise to hide small numbers from them." in page
    small = PublishedCount.objects.exclude(measure__in=OPEN).filter(true_count__count__lt=THRESHOLD)
    assert small.filter(status=Status.CONFIDENTIAL).count() > 10
    assert not small.filter(value__isnull=False).exists()


def test_the_figures_lead_to_their_releases_and_to_what_programs_read(client: Client, nation: object) -> None:
    page = read(client, NATION)
    assert 'href="/statistics/releases"' in page
    assert 'href="/statistics/api"' in page
    for name, address in client.get("/statistics/api").json().items():
        assert name in client.get(address).json()


# --- the board of platforms -------------------------------------------------------------------------------------------


def test_platforms_stand_by_name_until_a_reader_chooses(client: Client, nation: object) -> None:
    for address in (f"{NATION}/platforms", f"{NATION}/platforms?order=rank"):
        names = re.findall(r"chart-board__name\"><bdi>([^<]+)", read(client, address))
        assert [name for name in names if name != "All others"] == ["Cove", "Lantern"], address
    page = plain(read(client, NATION) + read(client, f"{NATION}/platforms"))
    for word in ("rank", "worst", "best platform", "first place"):
        assert word not in page.lower().replace("no number here ranks anybody", "")


def test_others_stand_last_in_every_order(client: Client, nation: object) -> None:
    for order in ("name", "removal-rate", "hours-to-removal-median", "answered"):
        names = re.findall(r"chart-board__name\"><bdi>([^<]+)", read(client, f"{NATION}/platforms?order={order}"))
        assert "All others" not in names[:-1], order


# --- other sites ------------------------------------------------------------------------------------------------------


def test_a_chart_for_other_sites_may_be_framed_and_nothing_else(client: Client, nation: tuple[Place, Place]) -> None:
    for address in every_page(nation):
        policy = client.get(address).headers["Content-Security-Policy"]
        if address.startswith("/embed/"):
            assert "frame-ancestors *" in policy
            assert "default-src 'none'" in policy
            assert "script-src" not in policy
        else:
            assert "frame-ancestors 'none'" in policy


def test_a_chart_for_other_sites_follows_nobody(client: Client, nation: object) -> None:
    answer = client.get("/embed/en/removal-rate")
    page = answer.content.decode()
    assert not answer.cookies
    assert "<script" not in page
    assert "<form" not in page
    assert re.findall(r'(?:src|href)="(https?://[^"]+)"', page) == [
        f"http://127.0.0.1:8000{NATION}/removal-rate"
    ] or all(NATION in found for found in re.findall(r'(?:src|href)="(https?://[^"]+)"', page))


def test_a_chart_for_other_sites_speaks_the_language_of_its_address(client: Client, nation: object) -> None:
    page = read(client, "/embed/ar/hours-to-removal")
    assert '<html lang="ar" dir="rtl"' in page
    assert "ساعة" in page
    assert '<html lang="en" dir="ltr"' in read(client, "/embed/en/hours-to-removal")


def test_the_lines_to_copy_lead_to_the_chart(client: Client, nation: object) -> None:
    page = read(client, f"{NATION}/removal-rate")
    (address,) = re.findall(r"iframe src=&#34;([^&]+)&#34;", page)
    assert client.get(re.sub(r"https?://[^/]+", "", address)).status_code == 200


# --- what other apps add ----------------------------------------------------------------------------------------------


def other_tile() -> Tile:
    return Tile(
        key="other-chart",
        section=Section.NATION,
        chart=Levels(
            key="other-chart",
            title="Where the nation stands",
            of="Area",
            names=("absent", "shown"),
            stacks=(Stack(name="Policy", counts=(1, 2)),),
            sentence="Two of three are shown.",
        ),
        scope=("Counts capabilities.",),
        more=("/somewhere", "The whole of it"),
    )


def test_another_apps_chart_stands_among_ours(client: Client, nation: object, other_chart: Any) -> None:
    other_chart(other_tile())
    page = read(client, f"{NATION}/{Section.NATION.value}")
    assert "Two of three are shown." in page
    assert 'href="/somewhere"' in page
    assert "Where the nation stands" in read(client, f"{NATION}/other-chart?by=week")
    assert client.get(f"{NATION}/other-chart.csv").content.decode().splitlines() == ["Area,absent,shown", "Policy,1,2"]
    assert "frame-ancestors *" in client.get("/embed/en/other-chart").headers["Content-Security-Policy"]


def test_another_app_may_have_nothing_to_show(client: Client, nation: object, other_chart: Any) -> None:
    other_chart(None)
    assert "other-chart" not in read_questions(client)
    assert client.get(f"{NATION}/other-chart").status_code == 404


def test_the_way_there_stands_on_every_page(client: Client) -> None:
    assert f'href="{reverse("statistics:nation")}"' in read(client, "/")
