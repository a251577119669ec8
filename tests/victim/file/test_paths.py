"""Paths of harm and offers by wishes: rows of data that fit what the other rooms know, and that never widen."""

import json
from collections import Counter
from typing import Any

import pytest

from leeward.foundation.pages.catalogue import shipped
from leeward.foundation.pages.drawing import EASY_PAGE
from leeward.foundation.pages.rules.dialect import plain
from leeward.foundation.pages.rules.reading import reading_age
from leeward.society.directory.rules.records import Way
from leeward.society.directory.rules.shipped import shipped_taxonomies
from leeward.society.directory.rules.suggesting import WISHES, Context
from leeward.victim.file.checks import check_harms
from leeward.victim.file.rules.needs import Knows, Need, Needs
from leeward.victim.file.rules.offers import OFFERS, offers_of
from leeward.victim.file.rules.paths import PATHS, Law, SupportPath, every_tick, left_out, paths_of, shown_on
from leeward.victim.file.rules.story import Danger, Harm, Made, Shown, Story
from leeward.victim.helpline.rules.parity import find_gaps
from leeward.victim.network.rules.members import Kind, PassedTo, Sector
from leeward.victim.removals.operations.plans import BEHAVIOURS
from leeward.victim.removals.rules.notices import Lever
from leeward.victim.removals.rules.questions import Question, is_asked
from leeward.victim.removals.rules.reports import Band, Path

# What each wish keeps from whom, as people ticked it: a later release may add to it and take nothing away.
NARROWEST: dict[Need, dict[str, set[str]]] = {
    Need.STAY: {"fears": {"immigration", "police"}},
    Need.MY_WORK: {"fears": {"employer"}},
    Need.COMMUNITY: {"fears": {"family"}},
    Need.WHOM_I_LOVE: {"fears": {"family", "employer"}, "never": {"work"}},
}


def on(story: Story, **more: Any) -> list[str]:
    return [row.code.value for row in paths_of(story, **more)]


def test_what_somebody_ticks_leads_to_a_path_and_most_lead_to_none() -> None:
    assert {path for path in SupportPath if path != SupportPath.NOT_IN_LAW} == {
        code for harm in Harm for code in on(Story(harm=harm))
    }
    assert on(Story(harm=Harm.SHARED)) == on(Story()) == []
    assert on(Story(harm=Harm.SHARED, made=Made.MY_WORK)) == on(Story(), needs=[Need.MY_WORK]) == ["creator_content"]
    assert on(Story(dangers=(Danger.ADDRESS,))) == on(Story(shown=(Shown.PRIVATE_DATA,))) == ["doxxing"]
    assert on(Story(), needs=[Need.WHOM_I_LOVE]) == ["outing"]
    assert on(Story(harm=Harm.OUTING, shown=(Shown.CULTURAL,))) == ["culturally_sensitive", "outing"]
    law = Law(uncovered=frozenset({"outing"}))
    assert on(Story(harm=Harm.OUTING), law=law) == ["outing", "not_in_law"]
    assert on(Story(harm=Harm.SHARED), law=law) == []
    assert on(Story(harm=Harm.SHARED), law=Law(is_silent=True)) == ["not_in_law"]


def test_each_path_asks_its_own_and_leaves_out_what_it_must_not_ask() -> None:
    def asked(harm: Harm) -> set[Question]:
        story = Story(harm=harm)
        return {each for each in Question if is_asked(each, path=Path.ONLINE, story=story)}

    usual = asked(Harm.SHARED)
    assert Question.DETAILS not in usual
    assert asked(Harm.CREATOR_CONTENT) == usual - {Question.MADE} | {Question.DETAILS}
    assert asked(Harm.SEXTORTION) == usual - {Question.MADE} | {Question.DETAILS}
    assert asked(Harm.OUTING) == usual - {Question.BY} | {Question.DETAILS}
    assert asked(Harm.CULTURALLY_SENSITIVE) == usual - {Question.SHOWN} | {Question.DETAILS}
    assert asked(Harm.DOXXING) == asked(Harm.HARASSMENT) == usual | {Question.DETAILS}
    assert {question for row in PATHS for question in row.leaves_out} <= set(Question)
    assert left_out(Story()) == frozenset()
    assert left_out(Story(made=Made.MY_WORK)) == left_out(Story(harm=Harm.OUTING, uploader="Him")) == frozenset()


def test_not_nude_is_no_obstacle() -> None:
    assert shown_on(Story(harm=Harm.CULTURALLY_SENSITIVE)) == (Shown.CULTURAL,)
    assert shown_on(Story(harm=Harm.DOXXING, shown=(Shown.NUDE,))) == (Shown.NUDE,)
    assert shown_on(Story(harm=Harm.SHARED)) == ()


def test_every_path_is_whole() -> None:
    assert [row.code for row in PATHS] == list(SupportPath)
    _gaps, groups = find_gaps(Counter())
    for row in PATHS:
        context = Context.THREAT if row.page == "first-help" else Context(row.support)
        parts = {"[[line:danger]]", "[[slot:onward]]", "[[page:keeping-proof text]]", "(/support)", "[[slot:more]]"}
        usual, easy = shipped()[row.page].texts, shipped()[f"{row.page}{EASY_PAGE}"].texts
        for text in (*usual.values(), *easy.values()):
            missing = {part for part in {*parts, f"[[support:{context}]]", "1. **", "3. **"} if part not in text.body}
            assert not missing, (row.code, text.language)
        ages = [reading_age([plain(each["en"].body)]) for each in (usual, easy)]
        assert ages[1] < ages[0], (row.code, ages)
        assert WISHES[Context(row.support)].needs[0] == "helpline", row.code
        assert len(row.kinds) >= 2
        assert set(row.kinds) <= set(Kind)
        assert 4 <= len(row.steps) <= 5, row.code
        assert row.ask
        assert 4 <= len(row.ask.ticks) <= 6
        assert bool(row.ask.line) == bool(row.ask.line_hint)
        # Something that a notice for this path says and others do not.
        own = {behaviour for harm in row.harms for behaviour in BEHAVIOURS[harm]} - set(BEHAVIOURS[Harm.SHARED])
        assert own or row.levers, row.code
        assert {Lever(each) for each in row.levers} <= {Lever.PRIVACY, Lever.COPYRIGHT}
        assert Band(row.band)
        assert row.code in groups
    keys = [row.key(tick) for row, tick in every_tick()]
    assert len(set(keys)) == len(keys)
    told = Story(harm=Harm.DOXXING, details=("doxxing.home", "outing.family", "doxxing.gone"))
    (row,) = paths_of(told)
    assert [tick.code for tick in row.ticked(told)] == ["home"]


def test_every_wish_has_its_row_of_what_there_is() -> None:
    terms = {term.code: each.record.code for each in shipped_taxonomies() for term in each.terms}
    assert [each.need for each in OFFERS] == list(Need)
    for each in OFFERS:
        assert {terms[code] for code in each.services} <= {"needs"}
        assert {terms[code] for code in each.people} <= {"people"}
        assert set(each.ways) <= set(Way)
        assert set(each.kinds) <= set(Kind)
        assert set(each.sectors) | each.never <= set(Sector)
        assert each.fears <= set(PassedTo)
    assert [each.need for each in offers_of([Need.KNOWN, Need.SIMPLE])] == [Need.SIMPLE, Need.KNOWN]


@pytest.mark.parametrize("knows", [None, "helpline", "everybody", 7])
def test_wishes_never_widen_by_an_upgrade(knows: object) -> None:
    """What another release wrote reads as the same wishes, for the same people or fewer; what it keeps away stays."""
    told: dict[str, object] = {"ticked": [need.value for need in Need], "words": "Only Tuesdays."}
    needs = Needs.from_text(json.dumps(told if knows is None else {**told, "knows": knows}))
    assert needs == Needs(ticked=tuple(Need), knows=Knows.HELPLINE, words="Only Tuesdays.")
    assert Needs.from_text("{}") == Needs()
    rows = {each.need: each for each in OFFERS}
    for need, kept in NARROWEST.items():
        assert all(getattr(rows[need], name) >= codes for name, codes in kept.items()), need
    assert rows[Need.COMMUNITY].no_local
    assert next(iter(Knows)) is Knows.HELPLINE


def test_a_nation_that_names_a_harm_that_there_is_not_is_told_so(settings: Any) -> None:
    assert check_harms() == []
    settings.LEEWARD_NOT_IN_LAW = frozenset({"outing", "outning"})
    (found,) = check_harms()
    assert "outning" in found.msg
    assert "outing," not in found.msg
