"""Figures of training and of change: printed as their rooms print them, hidden where these hide, and told apart."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils.translation import override

from leeward.foundation.protection.errors import CountMalformed
from leeward.justice.perpetrators.rules.trials import Arm
from leeward.justice.training.rules.terms import JobRole
from leeward.policy.statistics.models import PublishedCount
from leeward.policy.statistics.operations.gathering import gather
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.queries.series import series
from leeward.policy.statistics.records import Breakdown, Frequency, Status
from leeward.policy.statistics.rules.measures import Measure, Measured
from tests.justice.counted import employer, ended_trial, sheet
from tests.policy.statistics.kept_counts import keep

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
M = Measure
ADDRESS = "/statistics/api/series"


def quarter(measure: Measure, count: int | None, code: str = "", label: str = "") -> Measured:
    return Measured(
        measure=measure, step=Frequency.QUARTER, start=date(2026, 7, 1), count=count or 0, is_hidden=count is None,
        code=code, label=label,
    )  # fmt: skip


def test_employers_and_their_roles_are_told_apart_by_month_in_the_order_of_their_names(client: Client) -> None:
    north, south = str(employer("North Police").public_id), str(employer("East Police").public_id)
    officer = JobRole.INVESTIGATOR.value
    sheet(
        "",
        NOW.date(),
        {("_T", "_T"): (140, 90, 80), (north, "_T"): (100, 60, 55), (north, officer): (100, 60, 55),
         (south, "_T"): (40, 30, 25), (south, officer): (None, None, None), ("police", "_T"): (100, None, None)},
        now=NOW,
    )  # fmt: skip
    gather(now=NOW)
    publish_figures(now=NOW)
    found = client.get(f"{ADDRESS}/training-in-date?breakdown=employer").json()["series"]
    assert [(each["label"], each["points"][-1]["value"], each["points"][-1]["status"]) for each in found] == [
        ("East Police", 75.0, "e"),
        ("East Police: Investigator", None, "c"),
        ("North Police", 60.0, "e"),
        ("North Police: Investigator", 60.0, "e"),
    ]
    (whole,) = client.get(f"{ADDRESS}/training-lately").json()["series"]
    assert (whole["points"][-1]["numerator"], whole["points"][-1]["denominator"]) == (80, 140)
    police = client.get(f"{ADDRESS}/police-training").json()["series"][0]["points"][-1]
    assert (police["value"], police["status"]) == (None, "c"), "training hides it"
    asked = client.get(f"{ADDRESS}/training-in-date?breakdown=employer&step=quarter")
    assert asked.status_code == 400
    assert "it is told by month and employer" in asked.json()["error"]
    with override("ar"):
        labels = [each.label for each in series("training-in-date", Frequency.MONTH, Breakdown.EMPLOYER)]
    assert "North Police" in labels
    assert "North Police: Investigator" not in labels, "a role is a word of ours"


def test_what_its_room_hides_is_hidden_and_never_counted_as_nothing(client: Client) -> None:
    keep(
        quarter(M.OFFERED, 120),
        quarter(M.OFFERED, 70, "source/police"),
        quarter(M.OFFERED, None, "source/court"),
        quarter(M.STARTED, None),
        quarter(M.STARTED_NAMED, None),
        now=NOW,
    )
    (offered,) = series("change-offered", Frequency.QUARTER)
    assert [(each.value, each.status) for each in offered.points] == [(120, Status.FINAL)]
    apart = {each.code: each for each in series("change-offered", Frequency.QUARTER, Breakdown.REFERRAL)}
    assert apart["source/police"].label == "Who referred: Police"
    assert apart["source/court"].points[0].status is Status.CONFIDENTIAL
    (share,) = series("change-support-named", Frequency.QUARTER)
    assert (share.points[0].value, share.points[0].status) == (None, Status.CONFIDENTIAL)
    assert not PublishedCount.objects.filter(value=0).exists()
    assert client.get(f"{ADDRESS}/change-offered").json()["series"][0]["step"] == "quarter"
    keep(quarter(M.OFFERED, 120), quarter(M.OFFERED, 30, "source/court"), reason="It was noted late.", now=NOW)
    apart = {each.code: each for each in series("change-offered", Frequency.QUARTER, Breakdown.REFERRAL)}
    assert apart["source/court"].points[0].value == 30


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 3, "is_hidden": True},
        {"measure": M.SENT, "count": 0, "is_hidden": True},
        {"measure": M.TRAINED, "code": "x"},
    ],
)
def test_only_what_another_room_prints_can_come_hidden(wrong: dict[str, object]) -> None:
    made = {"measure": M.OFFERED, "step": Frequency.QUARTER, "start": date(2026, 7, 1), "count": 1}
    with pytest.raises(CountMalformed):
        Measured(**{**made, **wrong})  # type: ignore[arg-type]


def test_charts_of_change_show_the_newest_quarter_and_say_where_more_stands(client: Client) -> None:
    keep(
        *(quarter(each, count) for each, count in ((M.OFFERED, 120), (M.AGREED, 90), (M.STARTED, 60))),
        quarter(M.COMPLETED, None),
        quarter(M.ENDINGS, 300),
        quarter(M.ENDINGS, 200, "talk"),
        quarter(M.ENDINGS, 100, "harm"),
        quarter(M.TURNS, 240),
        quarter(M.TURNS_WRONG, 100),
        quarter(M.TURNS, 240, "first-call/messages/send-me", "Please fill in the form."),
        quarter(M.TURNS_WRONG, 25, "first-call/messages/send-me", "Please fill in the form."),
        quarter(M.TURNS, 240, "first-call/messages/delete", "Why did you send it?"),
        quarter(M.TURNS_WRONG, 75, "first-call/messages/delete", "Why did you send it?"),
        now=NOW,
    )
    questions = (client.get(f"/how-the-nation-does/{each}") for each in ("programmes", "training"))
    page = "".join(each.content.decode() for each in questions)
    for key in ("change", "self-check-endings", "wrong-turns"):
        assert f'id="{key}-heading"' in page
    assert 'href="/change/counts"' in page
    assert "In July to September 2026, programmes were offered 120 (±2) times." in page
    assert page.index("31% (30 to 33)") < page.index("10% (9 to 12)"), "the most frequent stands first"
    rows = client.get("/how-the-nation-does/wrong-turns.csv").content.decode()
    assert "wrong-turns,quarter,2026-Q3,2026-07-01,2026-10-01,turn,first-call/messages/send-me" in rows


def test_a_trial_that_has_ended_stands_with_its_interval(client: Client) -> None:
    assert "message-trial-heading" not in client.get("/how-the-nation-does/programmes").content.decode()
    ended_trial("first", {Arm.A: (4_212, 121), Arm.B: (4_188, 186)}, now=NOW)
    gather(now=NOW)
    publish_figures(now=NOW)
    page = client.get("/how-the-nation-does/message-trial").content.decode()
    assert "More people followed text B." in page
    assert "differs from that of text A by +0.7 to +2.5 points." in page
    assert "still changes" not in page
    (text,) = client.get(f"{ADDRESS}/trial-text-b").json()["series"]
    assert (text["points"][-1]["numerator"], text["points"][-1]["denominator"]) == (185, 4_190)
