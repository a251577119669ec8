"""Seeded small nations whose rows a second program counts: each sentence of the front page is true of them."""

import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from leeward.industry.platforms.models import Platform
from leeward.policy.statistics.operations.gathering import gather
from leeward.policy.statistics.operations.publishing import publish_figures
from leeward.policy.statistics.records import Section
from leeward.victim.file.models import File
from leeward.victim.removals.models import Report, Request, RequestEvent
from tests.policy.statistics.second_program import CHANGES, HEADLINES, SENTENCES, read_claims, truths

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
SEED, MONTHS = 20261203, 14
NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
FIRST = date(2025, 7, 1)  # so that the newest month of which the follow-up is over has one a year before
DAY = timedelta(days=1)
PAGES = ("", *(f"/{each.value}" for each in Section))  # the overview, and each question


def make_nation(draw: random.Random) -> None:
    """Fourteen months at the desk: of each month other shares, some items nobody may count, some events voided."""
    platforms = [Platform.objects.create(name=name, created_at=NOW, is_listed=True) for name in ("Chatter", "Lantern")]
    size = draw.choice((25, 45, 80))
    start = datetime(FIRST.year, FIRST.month, 1, tzinfo=UTC)
    for month in range(MONTHS):
        shares = {each: draw.uniform(0.15, 0.95) for each in ("gone", "answered", "agreed", "law", "back", "match")}
        hours = draw.choice((4, 20, 90))
        begun = [start + (draw.random() * 30 + 30.4 * month) * DAY for _ in range(draw.randint(size, 2 * size))]
        files = File.objects.bulk_create(File(language="en", expires_on=date(2028, 1, 1)) for _ in begun)
        reports = Report.objects.bulk_create(
            Report(
                file=file, state="open", path="online", source="web", begun_at=at, filed_at=at,
                statistics_agreed_at=at if draw.random() < 0.9 else None,
            )
            for file, at in zip(files, begun, strict=True)
        )  # fmt: skip
        items = Request.objects.bulk_create(
            Request(
                report=report, ordinal=ordinal, platform=draw.choice(platforms), band="green",
                kind="match" if draw.random() < shares["match"] else "url",
                state=draw.choices(("sent", "withdrawn", "still_up"), (9, 1, 1))[0],
                opened_at=report.begun_at, own_due_at=report.begun_at, first_sent_at=report.begun_at,
                law_due_at=report.begun_at + 2 * DAY if draw.random() < shares["law"] else None,
            )
            for report in reports
            for ordinal in range(draw.randint(1, 3))
        )  # fmt: skip
        for item in items:
            happen(item, shares, hours, draw)


def happen(item: Request, shares: dict[str, float], hours: int, draw: random.Random) -> None:
    """What becomes of an item; one in ten of what was seen gone was noted by mistake."""
    sent, events = item.first_sent_at or NOW, list[tuple[str, datetime]]()
    if draw.random() < shares["answered"]:
        step = "decided_removed" if draw.random() < shares["agreed"] else "decided_kept"
        events.append((step, sent + draw.expovariate(1 / hours) * timedelta(hours=1)))
    if draw.random() < shares["gone"]:
        gone = sent + min(draw.expovariate(1 / hours), 2_000) * timedelta(hours=1)
        events.append(("seen_gone", gone))
        if draw.random() < shares["back"]:
            events.append(("came_back", gone + draw.choice((1, 20, 89, 95)) * DAY))
    for step, at in events:
        made = note(item, step, at)
        if step == "seen_gone" and draw.random() < 0.1:
            note(item, "corrected", at, voids=made)


def note(item: Request, step: str, at: datetime, *, voids: RequestEvent | None = None) -> RequestEvent:
    return RequestEvent.objects.create(
        request=item, step=step, at=at, noted_at=at, before="sent", after="sent", actor_kind="staff", voids=voids
    )


@pytest.mark.parametrize("nation", range(2))
def test_each_sentence_of_the_front_page_is_true_of_the_rows(nation: int) -> None:
    print("seed", SEED, nation)
    make_nation(random.Random(f"{SEED} {nation}"))
    gather(now=NOW)
    publish_figures(now=NOW)
    true, heard = truths(), Counter[str]()
    overview, *questions = [Client().get(f"/how-the-nation-does{part}").content.decode() for part in PAGES]
    changed = re.search(r'id="changes".*?</ul>', overview, re.S)
    assert changed is not None
    named = [title for title in CHANGES if title in changed[0]]
    assert len(list(read_claims(changed[0]))) == len(named), (named, changed[0])
    for claim in (claim for page in (overview, *questions) for claim in read_claims(page)):
        truth = true[claim.indicator, claim.month]
        assert claim.number is not None, claim
        assert claim.number.holds(truth), (claim, truth)
        heard[claim.indicator] += 1
        if claim.other_month is None:
            continue
        other = true[claim.indicator, claim.other_month]
        assert claim.other is None or claim.other.holds(other), (claim, other)
        assert claim.sign is None or claim.sign == (truth > other) - (truth < other), (claim, truth, other)
        heard["compared" if claim.sign is None else "a direction"] += 1
    assert named or nation, "the first of these nations has a number that changed"
    assert len(set(SENTENCES) & set(heard)) >= 9, set(SENTENCES) - set(heard)
    assert all(heard[indicator] >= 2 for indicator in HEADLINES), heard
    assert heard["a direction"] >= 3, heard
    assert heard["compared"] >= 1, heard
