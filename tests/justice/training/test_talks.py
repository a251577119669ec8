"""A first call is played without script, its end tells each turn, and what was chosen is counted without anybody."""

import html
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from leeward.foundation.accounts.rules import Role
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.lessons.catalogue import all_talks, find_talk
from leeward.foundation.lessons.errors import LessonMalformed
from leeward.foundation.lessons.rules.reading_talks import read_talk
from leeward.foundation.lessons.rules.talk import Need, follow
from leeward.justice.training.models import Completion, CourseVersion, SayingCount, Trigger
from leeward.justice.training.operations.courses import NewVersion, publish_version
from leeward.justice.training.operations.triggers import notice_changes
from leeward.justice.training.queries.talks import last_quarter, turns_in
from leeward.justice.training.rules.terms import CourseKind, Result
from tests.foundation.accounts import people
from tests.justice.training.force import NOW, OPERATOR, TODAY, Force, learner, link_of
from tests.standing import Standing

TALK = "first-call"
BEST = ["right-place", "plan", "keep", "steps"]
GIVEN = re.compile(r'name="talk" value="([^"]+)"')
TALK_FILE = """talk: t
version: 1
languages: [en]
minutes: 1
title: {en: T}
summary: {en: S}
turns:
  - id: a
    says: {en: Hello}
    answers:
      - {id: x, words: {en: X}, reason: {en: R}, meets: [safe, evidence, no_blame, next_step], goes_to: b}
      - {id: y, words: {en: Y}, reason: {en: R}, hurts: [safe]}
  - id: b
    says: {en: And}
    answers:
      - {id: x, words: {en: X}, reason: {en: R}}
      - {id: y, words: {en: Y}, reason: {en: R}}
"""


def play(client: Client, address: str, chosen: list[str]) -> str:
    shown = client.post(address).content.decode()
    for each in chosen:
        token = html.unescape(GIVEN.findall(shown)[0])
        response = client.post(address, {"talk": token, "answer": each})
        assert response.status_code == 200
        shown = response.content.decode()
    return shown


def test_the_best_way_meets_every_need_and_each_wrong_one_says_why() -> None:
    talk = find_talk(TALK)
    found = follow(talk, BEST)
    assert (found.met, found.hurt, found.turn) == (frozenset(Need), frozenset(), None)
    found = follow(talk, ["why-send", "careful"])
    assert found.hurt == {Need.NO_BLAME, Need.NEXT_STEP}
    assert found.turn is None
    for turn in talk.turns:
        assert any(not each.is_wrong for each in turn.sayings)


@given(st.lists(st.integers(0, 7), max_size=20))
def test_whatever_is_chosen_leads_on_or_ends(picks: list[int]) -> None:
    for talk in all_talks().values():
        chosen: list[str] = []
        for pick in picks:
            turn = follow(talk, chosen).turn
            if turn is None:
                break
            chosen.append(turn.sayings[pick % len(turn.sayings)].id)
        found = follow(talk, chosen)
        assert len(found.said) == len(chosen)
        assert not found.met & found.hurt


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("goes_to: b", "goes_to: c", "There is no turn 'c'"),
        ("goes_to: b", "goes_to: a", "No answer leads to 'b'"),
        ("meets: [safe, evidence, no_blame, next_step]", "meets: [safe]", "No answer meets: evidence"),
        ("meets: [safe, evidence, no_blame, next_step]", "meets: [calm]", "Write a list of needs: safe"),
        (", meets: [safe, evidence, no_blame, next_step]", ", hurts: [evidence]", "Every answer hurts"),
        (
            "id: y, words: {en: Y}, reason: {en: R}, hurts",
            "id: x, words: {en: Y}, reason: {en: R}, hurts",
            "there twice",
        ),
        ("{en: Hello}", "{en: ''}", "line 9, turns.1.says.en: The text in this language is missing"),
    ],
)
def test_a_wrong_file_names_its_place(old: str, new: str, said: str) -> None:
    assert read_talk(TALK_FILE).slug == "t"
    assert old in TALK_FILE
    with pytest.raises(LessonMalformed, match=re.escape(said)):
        read_talk(TALK_FILE.replace(old, new, 1))


@pytest.mark.django_db
def test_a_talk_ends_with_each_turn_and_counts_once(north: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    people.at(monkeypatch, NOW)
    client, address = Client(), reverse("training:talk-openly", args=[TALK])
    shown = play(client, address, ["why-send", "sorry", "meet", "keep"])
    assert "No blame" not in shown  # nothing is said on the way
    last = {"talk": html.unescape(GIVEN.findall(shown)[0]), "answer": "steps"}
    shown = client.post(address, last).content.decode()
    assert "It asks them to defend themselves" in shown
    assert shown.count("Hurt") == 2
    assert client.post(address, last).status_code == 200  # sent twice
    assert {(row.employer, row.number) for row in SayingCount.objects.all()} == {(None, 1)}
    mine = reverse("training:talk", args=[link_of(learner(north, 1)), TALK])
    play(client, mine, BEST)
    assert SayingCount.objects.filter(employer=north.row).count() == 4
    assert {row.week for row in SayingCount.objects.all()} == {date(2026, 11, 23)}
    assert client.post(address, {"talk": "x", "answer": "steps"}).status_code == 410
    token = html.unescape(GIVEN.findall(client.post(address).content.decode())[0])
    refused = client.post(address, {"talk": token, "answer": "nothing"})
    assert (refused.status_code, "Choose one answer" in refused.content.decode()) == (400, True)


@pytest.mark.django_db
def test_authors_see_wrong_turns_protected_and_are_asked(
    north: Force,
    standing: Standing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = {"why-send": 40, "right-place": 55, "form": 3}
    for saying, number in counts.items():
        SayingCount.objects.create(
            week=date(2026, 8, 3), employer=north.row, talk=TALK, version=1, turn="opens", saying=saying, number=number
        )
    SayingCount.objects.create(
        week=date(2026, 11, 2), employer=None, talk=TALK, version=1, turn="opens", saying="why-send", number=90
    )  # a quarter that runs
    quarter = last_quarter(TODAY)
    [told] = turns_in(quarter)
    lines = {line.saying.id: line.number.value for line in told.turns[0][1]}
    assert lines["form"] is None
    assert sum(value is None for value in lines.values()) >= 2
    people.employ("ines", Role.COURSE_AUTHOR)
    people.at(monkeypatch, NOW)
    shown = people.come_in("ines").get(reverse("training:turns")).content.decode()
    assert "2026-Q3" in shown
    assert not Trigger.objects.exists()
    SayingCount.objects.filter(saying="form").update(number=30)
    notice_changes(now=NOW, limit=9)
    assert notice_changes(now=NOW + timedelta(days=1), limit=9) == 0
    assert Trigger.objects.get().about == "Why did you send them to him?"


@pytest.mark.django_db
def test_a_briefing_names_its_reviewers_and_is_read_and_confirmed(
    north: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FieldRefused, match="reviewers"):
        publish_version(new=NewVersion(lesson="what-it-does", kind=CourseKind.BRIEFING), by=OPERATOR, now=NOW)
    new = NewVersion(lesson="what-it-does", kind=CourseKind.BRIEFING, reviewers=["Two women of a forum (made up)"])
    publish_version(new=new, by=OPERATOR, now=NOW)
    assert CourseVersion.objects.get(course__code="what-it-does").reviewers == ["Two women of a forum (made up)"]
    people.at(monkeypatch, NOW)
    client, token = Client(), link_of(learner(north, 2))
    assert "Two women of a forum" in client.get(reverse("training:public")).content.decode()
    address = reverse("training:take", args=[token, "what-it-does"])
    shown = client.post(address).content.decode()
    while "I have read this" not in shown:
        progress = re.findall(r'name="progress" value="([^"]+)"', shown)[0]
        shown = client.post(address, {"progress": html.unescape(progress)}).content.decode()
    assert "questions were right" not in shown
    result = re.findall(r'name="result" value="([^"]+)"', shown)[0]
    handed = client.post(reverse("training:handed-in", args=[token, "what-it-does"]), {"result": html.unescape(result)})
    assert handed.status_code == 303
    assert Completion.objects.get(course__code="what-it-does").result is Result.COMPLETED
