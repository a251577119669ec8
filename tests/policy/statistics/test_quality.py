"""The quality report of a release: each number is worked out a second time, from the database's rows."""

import csv
import html
import io
import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.surveys.models import Questionnaire, Wave
from leeward.foundation.surveys.rules.printing import Drawn
from leeward.foundation.surveys.rules.waves import Way
from leeward.policy.statistics.operations.quality import ANSWERED, REPORTED
from leeward.policy.statistics.queries.tables import release_tables
from leeward.policy.statistics.rules.method import METHOD_VERSION
from tests.policy.statistics.kept_counts import NOW, counts, keep
from tests.policy.statistics.releases import draft_release, find_draft, plan_release, read_file, sign_release
from tests.policy.statistics.some_figures import some_figures

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

ADA, BO = (Actor(kind=ActorKind.STAFF, id=name) for name in ("ada", "bo"))
DAY = timedelta(days=1)
LATER = NOW + 3 * DAY
JUNE = date(2026, 6, 1)


def released(*, now: datetime = LATER) -> str:
    name = draft_release(title="Figures", words="", licence="https://example.org/licence", by=ADA, now=now)
    sign_release(edition=name, sha256=find_draft(name).sha256, by=BO, now=now)
    return name


def rows_of(edition: str, file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read_file(edition, file)[1].decode(), newline="")))


def report_of(edition: str) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["aspect"], row["subject"]): row for row in rows_of(edition, "quality.csv")}


def ask(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def revised_figures() -> None:
    """Figures that were published, and then corrected: March lost 20 items, of which 10 were gone."""
    some_figures()
    keep(*counts(JUNE, SENT=200, SENT_GONE=100))
    keep(*counts(SENT=120, SENT_GONE=90, FILED=4, FILED_ITEMS=9), reason="Twice in the list.", now=NOW + DAY)


def test_what_is_shown_and_hidden_is_counted_from_the_releases_own_rows() -> None:
    revised_figures()
    edition = released()
    numbers, report = rows_of(edition, "observations.csv"), report_of(edition)
    for subject in {row["indicator"] for row in numbers} | {"_T"}:
        own = [row for row in numbers if subject in ("_T", row["indicator"])]
        line = report["completeness", subject]
        shown, hidden = sum(row["value"] != "" for row in own), sum(row["status"] == "c" for row in own)
        assert (line["part"], line["whole"], line["hidden"]) == (str(shown), str(len(own)), str(hidden))
        assert float(line["value"]) == pytest.approx(100 * shown / len(own), abs=0.051)
    assert int(report["completeness", "_T"]["hidden"]) > 0
    assert {row["method"] for row in (*numbers, *report.values())} == {str(METHOD_VERSION)}


def test_revisions_are_worked_out_again_from_the_published_rows() -> None:
    revised_figures()
    line = report_of(released())["revision", "items-asked"]
    rows = ask(
        "SELECT step, start, code, revision, value FROM statistics_publishedcount "
        "WHERE measure = 'sent' ORDER BY revision"
    )
    first: dict[object, object] = {}
    newest: dict[object, object] = {}
    for step, start, code, _revision, value in rows:
        first.setdefault((step, str(start), code), value)
        newest[step, str(start), code] = value
    pairs = [(before, newest[place]) for place, before in first.items()]
    moves = [abs(int(str(now)) - int(str(then))) for then, now in pairs if then is not None and now is not None]
    moved = [move for move in moves if move]
    assert moved == [20]
    assert (line["part"], line["whole"]) == (str(len(moved)), str(len(moves)))
    assert (float(line["value"]), float(line["largest"])) == (20, 20)
    share = report_of(released(now=LATER + DAY))["revision", "removal-rate"]
    # 100 of 140 was printed as 71, 90 of 120 as 75.
    assert (share["part"], float(share["value"]), share["unit"]) == ("1", 4, "percent")


def test_who_reported_and_answered_comes_from_published_counts_and_else_is_not_known() -> None:
    revised_figures()
    keep(*counts(date(2026, 7, 1), AUTHORITIES=7, AUTHORITIES_REPORTING=5))
    keep(*counts(JUNE, SENT=200, SENT_ANSWERED=150, SENT_GONE=100), reason="Answers came.", now=NOW + DAY)
    report = report_of(released())
    [(reporting,)] = ask("SELECT count FROM statistics_fact WHERE measure = 'outcomes.authorities.reporting'")
    [(expected,)] = ask("SELECT count FROM statistics_fact WHERE measure = 'outcomes.authorities'")
    line = report["coverage", REPORTED[0]]
    assert (line["part"], line["whole"], line["period"]) == (str(reporting), str(expected), "2026-07")
    answered = report["response", "answered"]
    assert (answered["part"], answered["whole"], answered["period"]) == ("150", "200", "2026-06")
    assert float(answered["low"]) < 75 < float(answered["value"]) + 1
    for code in ANSWERED[1:]:
        assert (report["response", code]["value"], report["response", code]["status"]) == ("", "x")
    # By platform the newest quarter that is over has three, of which one is hidden, and another for its sake.
    rows = ask(
        "SELECT code, status FROM statistics_publishedcount WHERE measure = 'sent' AND step = 'quarter' AND code <> '' "
        "AND start = (SELECT MAX(start) FROM statistics_publishedcount WHERE step = 'quarter' AND code <> '')"
    )
    platforms = report["coverage", "platforms"]
    hidden = sum(status == "c" for _code, status in rows)
    assert (platforms["whole"], platforms["hidden"]) == (str(len(rows)), str(hidden))


def test_periods_that_did_not_come_in_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leeward.policy.statistics.operations.gathering.first_counted_day", lambda: date(2026, 3, 1))
    some_figures()
    line = report_of(released(now=NOW))["coverage", "collected"]
    # March and April were taken in of what was sent and filed, and the running month of nothing.
    [(came,)] = ask("SELECT COUNT(*) FROM statistics_gathering WHERE source <> 'before'")
    assert came == 0
    assert 0 < int(line["part"]) < int(line["whole"])
    assert float(line["value"]) == pytest.approx(100 * int(line["part"]) / int(line["whole"]), abs=0.051)


def a_wave(code: str, *, way: Way, invited: int, answers: int) -> None:
    made, _new = Questionnaire.objects.get_or_create(
        code="asked", version=1, defaults={"data": {}, "sha256": "0" * 64, "made_at": NOW, "made_by": "ada"}
    )
    Wave.objects.create(
        code=code,
        title={"en": f"Survey {code}", "ar": "استطلاع"},
        questionnaire=made,
        population="Everybody",
        drawn=Drawn.RANDOM,
        way=way,
        opens_at=NOW - 60 * DAY,
        closes_at=NOW - 30 * DAY,
        plan={},
        plan_sha256="0" * 64,
        drafted_at=NOW - 70 * DAY,
        drafted_by="ada",
        permitted_at=NOW - 65 * DAY,
        permitted_by="bo",
        invited=invited,
        people=answers,
        emptied_at=NOW - 29 * DAY,
        printed_at=NOW - 28 * DAY,
        published_at=NOW - 27 * DAY,
    )


def test_the_response_to_surveys_is_of_those_who_were_invited() -> None:
    some_figures()
    a_wave("letters", way=Way.CODES, invited=400, answers=130)
    a_wave("nearly-all", way=Way.CODES, invited=104, answers=101)
    a_wave("anybody", way=Way.OPEN, invited=0, answers=60)
    report = report_of(released())
    letters, nearly, anybody = (report["response", code] for code in ("letters", "nearly-all", "anybody"))
    assert (letters["part"], letters["whole"], letters["value"], letters["mode"]) == ("130", "400", "32.5", "codes")
    assert (nearly["part"], nearly["whole"], nearly["value"], nearly["status"]) == ("", "", "", "c")
    assert (anybody["part"], anybody["whole"], anybody["value"], anybody["status"]) == ("60", "", "", "x")


def test_the_age_of_the_newest_months_and_punctuality_are_told() -> None:
    revised_figures()
    plan_release(on=LATER.date() - DAY, title="Announced", by=ADA, now=NOW)
    edition = released()
    report = report_of(edition)
    months = [
        row for row in rows_of(edition, "observations.csv") if row["step"] == "month" and row["breakdown"] == "all"
    ]
    for subject, own in (("first", months), ("final", [row for row in months if not row["status"]])):
        end = max(date.fromisoformat(row["end"]) for row in own)
        assert report["timeliness", subject]["value"] == f"{(LATER.date() - end).days}.0".removesuffix(".0")
    said = Client().get(f"/statistics/api/releases/{edition}/quality").json()
    assert (said["due_on"], said["published_on"], said["days_late"], said["announced_on"]) == (
        (LATER.date() - DAY).isoformat(),
        LATER.date().isoformat(),
        1,
        NOW.date().isoformat(),
    )


def test_page_file_and_answer_to_programs_tell_the_same_and_are_linked(client: Client) -> None:
    revised_figures()
    a_wave("letters", way=Way.CODES, invited=400, answers=130)
    edition = released()
    said = client.get(f"/statistics/api/releases/{edition}/quality").json()
    report = report_of(edition)
    assert said["method"] == METHOD_VERSION
    assert len(said["lines"]) == len(report)
    for line in said["lines"]:
        row = report[line["aspect"], line["subject"]]
        for name in ("part", "whole", "hidden", "value", "low", "high", "largest"):
            assert line[name] == (float(row[name]) if row[name] else None), (line, name)
    home = client.get(f"/statistics/releases/{edition}").content.decode()
    assert f'href="/statistics/releases/{edition}/quality"' in home
    assert f"Version {METHOD_VERSION} of the method" in home
    page = re.sub(r"\s+", " ", html.unescape(client.get(f"/statistics/releases/{edition}/quality").content.decode()))
    for told in ("130 of 400", "not known", "4 points", "No day was announced", "Survey letters", "quality.csv"):
        assert told in page, told
    [listed] = client.get("/statistics/api/releases").json()["releases"]
    assert listed["quality"].endswith(f"/statistics/api/releases/{edition}/quality")
    arabic = client.get(f"/statistics/releases/{edition}/quality?lang=ar", follow=True).content.decode()
    assert "تقرير الجودة" in arabic
    assert "استطلاع" not in arabic  # a release's files are in English
    assert client.get("/statistics/releases/2020-01-01/quality").status_code == 404
    assert client.get("/statistics/api/releases/2020-01-01/quality").status_code == 404


def test_a_release_from_before_says_that_its_quality_is_not_known(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_figures()
    monkeypatch.setattr(
        "leeward.policy.statistics.operations.releases.tables_with_quality",
        lambda *, today, **_now: release_tables(today=today),
    )
    edition = released()
    page = client.get(f"/statistics/releases/{edition}/quality").content.decode()
    assert "is not known: this release was made before such reports were kept" in page
    assert client.get(f"/statistics/api/releases/{edition}/quality").json()["lines"] is None
    assert client.get(f"/statistics/releases/{edition}").status_code == 200


def test_the_margins_of_a_releases_tables_agree_with_their_parts_or_hide() -> None:
    """Work out each hidden part from the printed ones: where only one is hidden its total must be, too."""
    some_figures()
    keep(*counts(date(2026, 1, 1), SENT={"a": 90, "b": 60, "c": 4}, SENT_GONE={"a": 40, "b": 30, "c": 2}))
    keep(*counts(date(2025, 7, 1), SENT={"a": 90, "b": 61}, SENT_GONE={"a": 71, "b": 32}))
    numbers = [row for row in rows_of(released(), "observations.csv") if row["indicator"] == "items-asked"]
    assert all(row["low"] and row["why"] for row in numbers if row["value"])
    assert not any(row["low"] or row["high"] for row in numbers if not row["value"])
    quarters = [row for row in numbers if row["step"] == "quarter"]
    compared = hidden_totals = 0
    for period in {row["period"] for row in quarters}:
        parts = [row for row in quarters if row["period"] == period and row["code"] != "_T" and row["status"] != "x"]
        [total] = [row for row in quarters if row["period"] == period and row["code"] == "_T"]
        hidden = [row for row in parts if row["status"] == "c"]
        if total["value"] and not hidden:
            ends = [(float(row["low"]), float(row["high"])) for row in (total, *parts)]
            assert sum(low for low, _high in ends[1:]) <= ends[0][1]
            assert sum(high for _low, high in ends[1:]) >= ends[0][0]
            compared += 1
        elif total["value"]:
            assert len(hidden) > 1
            hidden_totals += 1
        else:
            assert total["status"] == "c"
            hidden_totals += 1
    assert (compared > 0, hidden_totals > 0) == (True, True)
