"""Whom pages suggest to talk to: crisis lines first, only who takes everybody there, and never nobody."""

import dataclasses
from datetime import time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import translation

from leeward.society.directory.operations.saving import withdraw_service
from leeward.society.directory.queries import suggesting
from leeward.society.directory.queries.suggesting import (
    Asked,
    Context,
    suggest_because,
    suggest_cards,
    suggest_services,
)
from leeward.society.directory.rules.history import Source
from leeward.society.directory.rules.records import (
    Coverage,
    Frequency,
    Phone,
    Schedule,
    ServiceRecord,
    Translation,
    Way,
)
from leeward.society.directory.rules.shipped import term_id
from leeward.society.directory.rules.suggesting import (
    EVERYONE,
    WISHES,
    Candidate,
    Wish,
    choose_mixed,
    is_fitting,
    suggestion_order,
)
from leeward.victim.file.rules.story import Harm, Story
from leeward.victim.removals.rules.reports import Path
from leeward.victim.removals.rules.talking import context_of
from tests.society.directory.factories import ALWAYS, BY, NOW, OFFICE_HOURS, TODAY, make_service, make_term

LINES = settings.LEEWARD_LINES
FIRST_TWO = dict.fromkeys(Context, (LINES["helpline"], settings.LEEWARD_SERVICES[0])) | {
    Context.DANGER: (LINES["crisis"], LINES["helpline"]),
    Context.NOW: (LINES["helpline"], LINES["crisis"]),
}
NIGHTS = Schedule(freq=Frequency.WEEKLY, byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(20), closes_at=time(23))


def national(name: str, *terms: str, **values: Any) -> ServiceRecord:
    """A service for the whole nation; terms with a dot in front are of people."""
    made = [
        make_term(term.removeprefix("."), taxonomy="people" if term.startswith(".") else "needs").id for term in terms
    ]
    return make_service(name, **{"coverage": Coverage.NATIONAL, "terms": tuple(made), **values})


def suggested(context: Context = Context.HELP, *, language: str = "en", most: int = 3) -> list[str]:
    return [view.name for view in suggest_services(context, language=language, now=NOW, most=most)]


class TestRules:
    anybody = Candidate(name="A", needs=frozenset({"helpline"}), people=frozenset(), languages=frozenset({"en"}))

    def test_every_context_has_a_wish_with_somebody_to_talk_to(self) -> None:
        assert set(WISHES) == set(Context)
        assert all("helpline" in wish.needs for wish in WISHES.values())

    def test_what_is_wished_for_are_terms_that_ship(self) -> None:
        for wish in WISHES.values():
            for taxonomy, codes in (("needs", wish.needs), ("people", (*wish.people, EVERYONE))):
                assert all(term_id(taxonomy, code) for code in codes)

    @pytest.mark.parametrize(
        ("people", "wished", "fits"),
        [
            ((), (), True),
            (("everyone",), (), True),
            (("women",), (), False),
            (("women", "everyone"), (), True),
            (("lgbtq",), ("lgbtq",), True),
            (("lgbtq", "men"), ("lgbtq",), True),
            (("men",), ("lgbtq",), False),
        ],
    )
    def test_who_is_there_for_some_is_suggested_to_them_alone(
        self, people: tuple[str, ...], wished: tuple[str, ...], *, fits: bool
    ) -> None:
        candidate = dataclasses.replace(self.anybody, people=frozenset(people))
        assert is_fitting(candidate, Wish(needs=("helpline",), people=wished)) is fits

    @pytest.mark.parametrize(
        ("minimum", "maximum", "for_child", "fits"),
        [
            (None, None, True, True),
            (None, None, False, True),
            (18, None, True, False),
            (18, None, False, True),
            (None, 17, True, True),
            (None, 17, False, False),
            (None, 25, False, True),
            (14, None, True, True),
        ],
    )
    def test_ages(self, minimum: int | None, maximum: int | None, *, for_child: bool, fits: bool) -> None:
        candidate = dataclasses.replace(self.anybody, minimum_age=minimum, maximum_age=maximum)
        assert is_fitting(candidate, Wish(needs=("helpline",), for_child=for_child)) is fits

    def test_what_is_there_for_one_area_is_suggested_to_nobody(self) -> None:
        assert not is_fitting(dataclasses.replace(self.anybody, is_national=False), WISHES[Context.HELP])

    def test_the_order(self) -> None:
        wish = Wish(needs=("helpline", "legal"), people=("creators",))
        worst = dataclasses.replace(self.anybody, name="Z", needs=frozenset(), languages=frozenset())
        better = [
            worst,
            dataclasses.replace(worst, name="Y"),
            dataclasses.replace(worst, is_confidential=True),
            dataclasses.replace(worst, needs=frozenset({"legal"})),
            dataclasses.replace(worst, needs=frozenset({"helpline"})),
            dataclasses.replace(worst, languages=frozenset({"ar"})),
            dataclasses.replace(worst, is_open_now=True),
            dataclasses.replace(worst, people=frozenset({"creators"})),
            dataclasses.replace(worst, is_crisis_line=True),
        ]
        ordered = sorted(better, key=lambda each: suggestion_order(each, wish, language="ar"))
        assert ordered == better[::-1]

    @pytest.mark.parametrize(
        ("kinds", "most", "chosen"),
        [
            ("ccccoo", 3, "cco"),
            ("cccc", 3, "ccc"),
            ("oooo", 3, "ooo"),
            ("cooo", 3, "coo"),
            ("cco", 1, "c"),
            ("", 3, ""),
        ],
    )
    def test_crisis_lines_come_first_and_leave_room_for_another_way(self, kinds: str, most: int, chosen: str) -> None:
        ordered = [(kind, dataclasses.replace(self.anybody, is_crisis_line=kind == "c")) for kind in kinds]
        assert "".join(choose_mixed(ordered, most=most)) == chosen

    @pytest.mark.parametrize("path", Path)
    def test_every_way_to_begin_a_report_leads_to_somebody(self, path: Path) -> None:
        assert {context_of(path, Story(harm=harm)) for harm in Harm} <= set(WISHES)
        assert context_of(path) == context_of(path, Story())

    def test_what_was_told_decides(self) -> None:
        assert context_of(Path.ONLINE, Story(harm=Harm.OUTING)) is Context.OUTING
        assert context_of(Path.UNSURE, Story(harm=Harm.SEXTORTION)) is Context.SEXTORTION
        assert context_of(Path.UNSURE, Story(harm=Harm.THREATENED)) is Context.THREAT
        assert context_of(Path.FOUND, Story(harm=Harm.SEXTORTION)) is Context.FOUND  # it happens to somebody else


@pytest.mark.django_db
class TestSuggested:
    def test_crisis_lines_first_then_what_fits_there(self) -> None:
        national("Lawyers", "legal")
        national("Takers down", "content_removal")
        national("Night line", "helpline", is_crisis_line=True, schedules=(ALWAYS,))
        national("Money advice", "money")
        assert suggested(Context.ONLINE) == ["Night line", "Takers down", "Lawyers"]
        assert suggested(Context.THREAT) == ["Night line"]

    def test_a_crisis_line_without_a_need_is_found_all_the_same(self) -> None:
        national("Untold line", is_crisis_line=True)
        assert suggested(Context.STOLEN) == ["Untold line"]

    def test_open_now_stands_before_closed(self) -> None:
        national("A night line", "helpline", schedules=(NIGHTS,))
        national("B day line", "helpline", schedules=(OFFICE_HOURS,))
        assert suggested() == ["B day line", "A night line"]

    def test_who_cannot_wait_is_shown_who_is_there(self) -> None:
        national("Closed line", "helpline", schedules=(NIGHTS,))
        assert suggested(Context.NOW) == []
        national("Open line", "helpline", schedules=(OFFICE_HOURS,))
        national("Crisis line", is_crisis_line=True, schedules=(NIGHTS,))
        assert suggested(Context.NOW) == ["Crisis line", "Open line"]

    def test_the_readers_language_counts(self) -> None:
        national("A line", "helpline", languages=("en",))
        national("B line", "helpline", languages=("ar",))
        assert suggested(language="ar") == ["B line", "A line"]
        assert suggested(language="en") == ["A line", "B line"]

    def test_who_takes_some_people_only_is_not_suggested_to_all(self) -> None:
        national("Women's line", "helpline", ".women", is_crisis_line=True)
        national("Rainbow line", "helpline", ".lgbtq")
        national("Line for all", "helpline", ".everyone")
        assert suggested() == ["Line for all"]
        assert suggested(Context.OUTING) == ["Rainbow line", "Line for all"]

    def test_what_somebody_wishes_besides_stands_first_with_the_reason(self) -> None:
        national("Night line", "helpline", is_crisis_line=True, schedules=(ALWAYS,))
        national("Men's talk", "counselling", ".men", ways=(Way.CHAT,), url="https://talk.example")
        national("Debt advice", "money", ways=(Way.CHAT,), url="https://talk.example", languages=("ar",))
        national("Debt advice by phone", "money")
        national("Rainbow line", "helpline", ".lgbtq", ways=(Way.CHAT,), url="https://talk.example")
        national("Stop hurting", "stopping_harm", ".men", ways=(Way.CHAT,), url="https://talk.example")  # who did it
        child = {"id": LINES["children"].service, "phones": (Phone(number="0555 0199"),), "ways": (Way.CHAT,)}
        national("Z children", "children", url="https://talk.example", **child)

        def because(**asked: Asked) -> list[tuple[str, tuple[str, ...]]]:
            found = suggest_because(Context.SEXTORTION, asked, now=NOW)
            return [(card.name, reasons) for card, reasons in found]

        assert because() == []
        assert because(depends=Asked(needs=("money",))) == [
            ("Debt advice by phone", ("depends",)),
            ("Debt advice", ("depends",)),  # in another language
        ]
        assert because(
            depends=Asked(needs=("money",)), no_phone=Asked(ways=("chat",)), speaks=Asked(language="ar")
        ) == [
            ("Men's talk", ("no_phone",)),
            ("Debt advice", ("depends", "no_phone", "speaks")),
        ]
        assert "Men's talk" in suggested(Context.SEXTORTION)
        assert "Men's talk" not in suggested(Context.THREAT)

    def test_local_old_internal_and_withdrawn_ones_are_not_suggested(self) -> None:
        national("Local", "helpline", coverage=Coverage.AREAS)
        national("Old", "helpline", assured_date=TODAY - timedelta(days=181))
        national("Internal", "helpline", is_internal=True)
        gone = national("Gone", "helpline")
        withdraw_service(gone.id, source=Source.EDITOR, by=BY, now=NOW)
        assert suggested() == []

    def test_many_local_ones_do_not_hide_the_one_for_all(self) -> None:
        for number in range(40):
            national(f"Local {number:02d}", "helpline", coverage=Coverage.AREAS)
        national("Zulu line", "helpline")
        assert suggested() == ["Zulu line"]

    def test_many_crisis_lines_leave_room_for_another_way(self) -> None:
        for number in range(25):
            national(f"Line {number:02d}", is_crisis_line=True, schedules=(ALWAYS,))
        national("Zulu lawyers", "legal")
        assert suggested() == ["Line 00", "Line 01", "Zulu lawyers"]

    def test_a_narrower_term_counts_as_the_wider_one(self) -> None:
        wider = make_term("helpline")
        make_term("helpline_by_chat", parent_id=wider.id)
        national("Chat line", "helpline_by_chat")
        assert suggested() == ["Chat line"]

    def test_a_narrower_term_stands_in_the_wider_ones_place(self) -> None:
        make_term("long_support", parent_id=make_term("counselling").id)
        national("A lawyers", "legal")
        national("B talks for months", "long_support")
        found = suggest_services(Context.OUTING, language="en", now=NOW)
        assert [view.name for view in found] == ["B talks for months", "A lawyers"]

    @pytest.mark.parametrize("context", Context)
    def test_a_small_number_of_queries(self, context: Context, django_assert_max_num_queries: Any) -> None:
        for number in range(8):
            national(f"Line {number}", "helpline", "content_removal", "legal", is_crisis_line=number < 3)
        with django_assert_max_num_queries(10):
            suggest_services(context, language="en", now=NOW)


@pytest.mark.django_db
class TestCards:
    @pytest.mark.parametrize("context", [context for context in Context if context is not Context.CHILD])
    def test_an_empty_directory_leaves_the_nations_lines(self, context: Context) -> None:
        first, second = FIRST_TWO[context]
        cards = suggest_cards(context, now=NOW, most=2)
        assert [card.name for card in cards] == [str(first.name), str(second.name)]
        assert cards[0].calls[0].href == f"tel:{first.dial}"
        assert cards[0].service_id is None

    @pytest.mark.parametrize("context", [context for context in Context if context is not Context.CHILD])
    def test_the_first_two_are_the_right_ones(self, context: Context) -> None:
        """An adult is told of the national helpline, never of the children's line, whatever a directory is full of."""
        for number in range(4):
            national(f"A crisis line {number}", "helpline", is_crisis_line=True, schedules=(ALWAYS,))
        children = LINES["children"]
        national("A children's line", "helpline", is_crisis_line=True, phones=(Phone(number=children.phone),))
        known = national("Z helpline", "helpline", phones=(Phone(number=LINES["helpline"].phone),))
        cards = suggest_cards(context, now=NOW)
        assert len(cards) == 3
        leading = ["Fairhaven Night Line", "Z helpline"] if context is Context.DANGER else ["Z helpline"]
        assert [card.name for card in cards][: len(leading)] == leading
        assert known.id in [card.service_id for card in cards]
        assert "A children's line" not in [card.name for card in cards]

    def test_a_service_that_the_nations_line_names_is_told_by_its_entry_however_many_fit_better(self) -> None:
        for number in range(6):
            national(f"A open line {number}", "helpline", schedules=(ALWAYS,))
        own = {"id": LINES["helpline"].service, "phones": (Phone(number="0555 0142"),)}
        named = national("Z helpline", "helpline", schedules=(NIGHTS,), **own)
        first, *_others = suggest_cards(Context.SEXTORTION, now=NOW, most=2)
        assert (first.name, first.service_id) == ("Z helpline", named.id)

    def test_the_nations_line_for_children_always_comes_first(self) -> None:
        (only,) = suggest_cards(Context.CHILD, now=NOW)
        national("Child line", "children", ".young_people", is_crisis_line=True)
        first, second = suggest_cards(Context.CHILD, now=NOW)
        assert first == only
        assert (first.name, second.name) == (str(LINES["children"].name), "Child line")

    def test_a_closed_line_for_children_stands_below_one_that_answers(self) -> None:
        children = LINES["children"]
        national("Its entry", "children", phones=(Phone(number=children.phone),), schedules=(NIGHTS,))
        national("Open now", "children", ".young_people", schedules=(ALWAYS,))
        assert [card.name for card in suggest_cards(Context.CHILD, now=NOW)] == ["Open now", "Its entry"]

    def test_a_child_is_named_nobody_who_is_for_adults(self) -> None:
        national("A helpline", "helpline", is_crisis_line=True, schedules=(ALWAYS,))
        national("For the young", "helpline", ".young_people", schedules=(ALWAYS,))
        named = [card.name for card in suggest_cards(Context.CHILD, now=NOW)]
        assert named == [str(LINES["children"].name), "For the young"]

    def test_the_nations_line_for_children_is_not_shown_twice(self) -> None:
        number = LINES["children"].phone.replace(" ", "-")
        national("The same line by another name", "children", phones=(Phone(number=number),))
        assert len(suggest_cards(Context.CHILD, now=NOW)) == 1

    def test_a_database_that_is_away_leaves_the_nations_lines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_args: object, **_options: object) -> None:
            raise OperationalError("unable to open database file")

        national("A line", "helpline")
        monkeypatch.setattr(suggesting, "view_services", broken)
        assert suggest_cards(Context.HELP, now=NOW)[0].name == str(LINES["helpline"].name)
        assert suggest_cards(Context.CHILD, now=NOW)[0].name == str(LINES["children"].name)

    def test_they_speak_the_pages_language(self) -> None:
        national("A line", "helpline", translations=(Translation(language="ar", field="name", text="خط"),))
        with translation.override("ar"):
            line, card = suggest_cards(Context.HELP, now=NOW)
        assert (line.name, line.hours) == (
            LINES["helpline"].name.by_language["ar"],
            LINES["helpline"].hours.by_language["ar"],
        )
        assert (card.name, card.lang, card.about_lang) == ("خط", "", "en")
