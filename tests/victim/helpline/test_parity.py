"""Parity: sealed counts to which closed cases add one, taken away with the yes; gaps with their intervals."""

from collections import Counter
from datetime import date, timedelta

import pytest

from leeward.foundation.accounts.rules import Role
from leeward.foundation.protection.printed import Direction, direction_of
from leeward.foundation.surveys.rules.estimates import Interval, newcombe, wilson
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.rules.story import Harm, Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case, Tally
from leeward.victim.helpline.operations import parity
from leeward.victim.helpline.operations.cases import save_statistics, stop_case, write_message
from leeward.victim.helpline.operations.desk import ask_help, close_case, end_help, say_met
from leeward.victim.helpline.operations.parity import FOLDED_FROM, read_quarters
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.parity import EVERYBODY, PEOPLE, Cells, Counted, Verdict, find_gaps, gap
from tests.foundation.accounts.people import at, come_in, employ
from tests.standing import Standing
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, came

QUARTER = date(2026, 10, 1)
DAY = timedelta(days=1)


def read_parity(keyring: Keyring, *, since: date) -> Cells:
    """The counts of all quarters together."""
    return sum(read_quarters(keyring, since=since).values(), Counter())


def added(worker: Worker) -> dict[tuple[str, str, str], int]:
    found = read_parity(worker.keyring, since=QUARTER)
    return {cell: number for cell, number in found.items() if number}


def agree(her: Her, *, agrees: bool = True) -> None:
    save_statistics(opened=her.open(), agrees=agrees, by=PERSON, now=NOW)


def helped(worker: Worker, *kinds: HelpKind, agrees: bool = True, harm: Harm = Harm.OUTING) -> Her:
    """Somebody with a wish who was helped, and whose case was not closed yet."""
    her = came(story=Story(everyone_adult=True, harm=harm), needs=Needs(ticked=(Need.SIMPLE,)))
    agree(her, agrees=agrees)
    for kind in kinds or (HelpKind.LAW,):
        ask_help(opened=her.open(), kind=kind, by=PERSON, now=NOW)
    for help_ in Case.objects.get(reference=her.case).helps.all():
        end_help(
            opened=worker.open(her.case),
            help_=help_.reference,
            state=HelpState.GIVEN,
            seen=Met.YES,
            by=worker.actor,
            now=NOW,
        )
    return her


def judge(her: Her, met: Met) -> None:
    help_ = Case.objects.get(reference=her.case).helps.get()
    say_met(opened=her.open(), help_=help_.reference, met=met, by=PERSON, now=NOW)


def close(her: Her, worker: Worker) -> None:
    close_case(opened=worker.open(her.case), by=worker.actor, now=NOW)


def cells(*kinds: str, met: str, groups: tuple[str, ...] = ("", "simple", "outing")) -> dict[tuple[str, str, str], int]:
    found = {(group, kind, met): 1 for group in groups for kind in kinds}
    return found if met == "skipped" else {**found, **{(group, PEOPLE, ""): 1 for group in groups}}


@pytest.mark.django_db
def test_a_closed_case_adds_what_its_person_says_and_takes_it_away_with_the_yes(sam: Worker) -> None:
    her = helped(sam)
    assert added(sam) == {}
    close(her, sam)
    assert added(sam) == cells("law", met="skipped")
    judge(her, Met.NO)
    assert added(sam) == cells("law", met="no")
    judge(her, Met.YES)
    assert added(sam) == cells("law", met="yes")
    write_message(opened=her.open(), words="Again.", side=Side.PERSON, by=PERSON, now=NOW)
    assert added(sam) == cells("law", met="yes")  # it counts as it was until it is closed again
    agree(her, agrees=False)
    assert added(sam) == {}
    close(her, sam)
    assert added(sam) == {}
    agree(her)
    assert added(sam) == cells("law", met="yes")


@pytest.mark.django_db
def test_who_has_not_agreed_adds_nothing_and_who_stops_it_counts_too(sam: Worker) -> None:
    close(helped(sam, agrees=False), sam)
    assert not Tally.objects.exists()
    her = helped(sam, HelpKind.LAW, HelpKind.POLICE, harm=Harm.NOT_SURE)
    stop_case(opened=her.open(), by=PERSON, now=NOW)
    assert added(sam) == cells("law", "police", met="skipped", groups=("", "simple"))
    agree(her, agrees=False)  # with a code whose keys were made anew meanwhile
    assert added(sam) == {}


@pytest.mark.django_db
def test_a_row_of_counts_opens_for_the_team_alone_and_many_are_put_together(
    sam: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    her = helped(sam)
    close(her, sam)
    judge(her, Met.YES)
    assert read_parity(Keyring(her.key), since=QUARTER) == Counter()
    assert read_parity(sam.keyring, since=QUARTER + 92 * DAY) == Counter()
    assert Tally.objects.count() == 3  # added, taken away, added
    assert not any("simple" in row.sealed or "law" in row.sealed for row in Tally.objects.all())
    monkeypatch.setattr(parity, "FOLDED_FROM", 3)
    assert FOLDED_FROM > 3
    for _ in range(2):
        assert added(sam) == cells("law", met="yes")
        assert Tally.objects.count() == 1
    Tally.objects.update(quarter=QUARTER + 92 * DAY)
    assert read_parity(sam.keyring, since=QUARTER) == Counter()  # a row that was moved does not open


# --- gaps -------------------------------------------------------------------------------------------------------------


def test_a_gap_of_twelve_points_shows_from_fifty_people_and_among_twelve_groups_from_two_hundred() -> None:
    def is_seen(people: int, groups: int) -> bool:
        share, others = (Interval(low=each, high=each) for each in (0.68, 0.80))
        return gap(share, people, others, 800, groups=groups).high < 0

    assert [is_seen(people, 1) for people in (40, 60)] == [False, True]
    assert [is_seen(people, 12) for people in (100, 200)] == [False, True]


def people(number: int, *, met: int, needs: tuple[Need, ...] = (), harm: Harm = Harm.NOT_SURE) -> Cells:
    found: Cells = Counter()
    for each in range(number):
        said = Met.YES if each < met else Met.NO
        found.update(Counted(quarter=QUARTER, needs=needs, harm=harm, helps=((HelpKind.LAW, said),)).cells)
    return found


def test_each_group_is_compared_with_all_others() -> None:
    told = people(800, met=640)
    told.update(people(200, met=90, needs=(Need.DEPENDS,)))
    told.update(people(60, met=50, harm=Harm.OUTING))
    told.update(people(29, met=15, needs=(Need.STAY,)))
    told.update(people(300, met=0, needs=(Need.KNOWN,)))
    told[Need.WATCHED, HelpKind.LAW, Met.SKIPPED] = told[EVERYBODY, HelpKind.LAW, Met.SKIPPED] = 400
    gaps, unsaid = find_gaps(told)
    # Of those who said nothing, of 29, and of a group of whom none got it, which would tell of each of them: nothing.
    assert [(each.group, each.share, each.verdict) for each in gaps] == [
        (Need.DEPENDS, 45.0, Verdict.LESS),
        (Harm.OUTING, 83.3, Verdict.MORE),
    ]
    assert {Need.STAY, Need.WATCHED, Need.KNOWN, Harm.DOXXING} <= set(unsaid)
    depends = gaps[0]
    assert depends.low < depends.share - depends.others < depends.high < 0


def test_a_gap_that_rounding_alone_can_make_is_none() -> None:
    """100 of 200 beside 705 of 1,189: chance alone would just say less often, rounding does not let it."""
    told = people(800, met=640)
    told.update(people(200, met=100, needs=(Need.DEPENDS,)))
    told.update(people(60, met=50, harm=Harm.OUTING))
    told.update(people(329, met=15))
    [depends] = [each for each in find_gaps(told)[0] if each.group is Need.DEPENDS]
    alone = newcombe(705 / 1_189, wilson(705 / 1_189, 1_189), 0.5, wilson(0.5, 200))
    assert direction_of(low=alone.low, high=alone.high) is Direction.LESS
    assert depends.verdict is Verdict.UNSEEN
    assert depends.low < 100 * alone.low < 100 * alone.high < depends.high


def test_without_anybody_nothing_is_said() -> None:
    gaps, unsaid = find_gaps(Counter())
    assert gaps == []
    assert len(unsaid) == len(Need) + len(Harm)  # all harms but "not sure", and what no law covers


@pytest.mark.django_db
def test_the_figures_say_what_differs(house: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    told = people(800, met=640)
    told.update(people(200, met=100, needs=(Need.DEPENDS,)))
    monkeypatch.setattr(
        "leeward.victim.helpline.views.desk.figures.read_quarters", lambda _ring, **_since: {QUARTER: told}
    )
    house("ama", lambda: employ("ama", Role.PRACTITIONER))
    page = come_in("ama").get("/staff/helpline/figures").content.decode()
    depends = find_gaps(told)[0][0]
    between = " to ".join(f"\u200e{end:+.1f}" for end in (depends.low, depends.high))
    for said in ("I depend on that person", "50 %", "80 %", "Less often", between, "Outed"):
        assert said in page
