"""What she and the helpline do with a case, and who can open what of it."""

import uuid
from datetime import timedelta

import pytest

from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import make_victim_key, open_file
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.models import File, Thread
from leeward.victim.file.rules.needs import Need, Needs
from leeward.victim.file.rules.story import Danger, Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import HelpUnfinished, ReasonMissing, ReviewOver, SecondPersonNeeded, StepImpossible
from leeward.victim.helpline.models import Case, Review
from leeward.victim.helpline.operations.cases import (
    erase_case,
    forget_cases,
    save_needs,
    stop_case,
    take_message_out,
    write_message,
)
from leeward.victim.helpline.operations.desk import (
    add_note,
    ask_help,
    ask_review,
    close_case,
    decide_review,
    end_help,
    note_call,
    reopen_case,
    say_met,
    set_band,
    watch_case,
)
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.queries.desk import WithdrawnLook, open_reviews, withdrawn_look
from leeward.victim.helpline.rules.cases import CallOutcome, CaseState, Reopening, Turn
from leeward.victim.helpline.rules.helps import HelpKind, HelpState, Met
from leeward.victim.helpline.rules.volunteers import Withdrawn
from leeward.victim.removals.models import Report
from leeward.victim.removals.operations.reports import begin_report, erase_report, file_report, save_story
from leeward.victim.removals.rules.reports import Band, Path, Source
from tests.victim.helpline.conftest import NOW, PERSON, Her, Worker, came

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def case_of(her: Her) -> Case:
    return Case.objects.get(reference=her.case)


def answer(her: Her, by: Worker, words: str = "We are here.") -> None:
    write_message(opened=by.open(her.case), words=words, side=Side.TEAM, by=by.actor, now=NOW + HOUR)


def test_she_writes_and_is_answered(her: Her, sam: Worker) -> None:
    case = case_of(her)
    assert (case.state, case.turn, case.waiting_since) == (CaseState.NEW, Turn.US, NOW)
    assert case.promise_due == case.first_due == NOW.replace(hour=18) + timedelta(days=1)  # green: the next open day
    read = read_case(sam.open(her.case))
    assert (read.story.words, [each.words for each in read.messages]) == ("It began on Sunday.", ["I need help."])
    answer(her, sam)
    case = case_of(her)
    assert (case.state, case.turn, case.waiting_since, case.promise_due) == (CaseState.ACTIVE, Turn.HER, None, None)
    assert case.answered_at == NOW + HOUR
    assert [each.words for each in read_case(her.open()).messages] == ["I need help.", "We are here."]


def test_neither_the_desk_nor_her_own_key_opens_what_is_not_theirs(her: Her, dee: Worker, sam: Worker) -> None:
    with pytest.raises(NotGranted):
        dee.open(her.case)
    add_note(opened=sam.open(her.case), words="Call the shelter first.", by=sam.actor, now=NOW)
    assert read_case(her.open()).notes[0].words == ""
    assert read_case(sam.open(her.case)).notes[0].words == "Call the shelter first."


@pytest.mark.parametrize("minute", [0, 59])
def test_signs_of_danger_make_it_red(house: object, sam: Worker, minute: int) -> None:
    """The hour alone is kept of when she came, and the promise counts from its end: an open hour is never a minute."""
    her = came(story=Story(dangers=(Danger.CONTROLS,)), now=NOW.replace(minute=minute))
    assert case_of(her).band == Band.RED
    assert case_of(her).waiting_since == NOW
    assert case_of(her).promise_due == NOW.replace(hour=15)  # closed from 13 to 14


def test_one_file_serves_helpline_and_desk(her: Her, sam: Worker, dee: Worker) -> None:
    """She tells it once: the report begins on the same file, and each room that lets go leaves it to the other."""
    opened = begin_report(
        reference=her.file, key=her.key, path=Path.ONLINE, source=Source.WEB, language="en", by=PERSON, now=NOW
    )
    file_report(opened=opened, by=PERSON, now=NOW)
    assert File.objects.count() == 1
    open_file(file=her.file, keyring=dee.keyring, by=dee.actor, now=NOW)
    erase_report(reference=her.file, by=PERSON, now=NOW)
    assert not Report.objects.exists()
    with pytest.raises(NotGranted):
        open_file(file=her.file, keyring=dee.keyring, by=dee.actor, now=NOW)
    assert read_case(sam.open(her.case)).story.words == "It began on Sunday."
    erase_case(file=her.file, by=PERSON, now=NOW)
    assert not File.objects.exists()
    assert not Grant.objects.filter(file=her.file).exists()


def test_what_she_told_the_desk_stays_and_a_new_danger_comes_to_it(house: object, sam: Worker) -> None:
    key, file = make_victim_key(), uuid.uuid4()
    opened = begin_report(
        reference=file, key=key, path=Path.ONLINE, source=Source.WEB, language="en", by=PERSON, now=NOW
    )
    save_story(opened=opened, story=Story(words="He did it.", dangers=(Danger.SPREADING,)), by=PERSON, now=NOW)
    her = came(file=file, key=key, story=Story(dangers=(Danger.HONOUR,)))
    story = read_case(sam.open(her.case)).story
    assert (story.words, story.dangers) == ("He did it.", (Danger.SPREADING, Danger.HONOUR))
    assert case_of(her).band == Band.RED


def test_the_helpline_lets_go_and_the_report_stays(her: Her, sam: Worker, dee: Worker) -> None:
    opened = begin_report(
        reference=her.file, key=her.key, path=Path.ONLINE, source=Source.WEB, language="en", by=PERSON, now=NOW
    )
    file_report(opened=opened, by=PERSON, now=NOW)
    thread = case_of(her).thread.reference
    erase_case(file=her.file, by=PERSON, now=NOW)
    assert (Case.objects.count(), Thread.objects.get().team, File.objects.count()) == (0, "desk", 1)
    assert not Grant.objects.filter(file=thread).exists()
    with pytest.raises(NotGranted):
        open_file(file=her.file, keyring=sam.keyring, by=sam.actor, now=NOW)
    open_file(file=her.file, keyring=dee.keyring, by=dee.actor, now=NOW)


def test_after_she_stopped_the_team_opens_nothing_until_she_writes(her: Her, sam: Worker) -> None:
    stop_case(opened=her.open(), by=PERSON, now=NOW)
    with pytest.raises(NotGranted):
        sam.open(her.case)
    assert read_case(her.open()).messages[0].words == "I need help."
    write_message(opened=her.open(), words="I am back.", side=Side.PERSON, by=PERSON, now=NOW)
    assert [each.words for each in read_case(sam.open(her.case)).messages] == ["I need help.", "I am back."]
    assert case_of(her).state == CaseState.ACTIVE


def test_a_message_taken_out_leaves_its_place(her: Her, sam: Worker) -> None:
    [message] = read_case(her.open()).messages
    for _ in range(2):
        take_message_out(opened=her.open(), message=message.reference, by=PERSON, now=NOW)
    [left] = read_case(sam.open(her.case)).messages
    assert (left.words, left.is_taken_out) == ("", True)
    answer(her, sam)
    [_hers, theirs] = read_case(her.open()).messages
    take_message_out(opened=her.open(), message=theirs.reference, by=PERSON, now=NOW)
    assert read_case(her.open()).messages[1].words == "We are here."


def test_a_form_pressed_twice_writes_once(her: Her, sam: Worker) -> None:
    reference = uuid.uuid4()
    for _ in range(2):
        write_message(opened=her.open(), words="Twice?", side=Side.PERSON, by=PERSON, now=NOW, reference=reference)
    assert len(read_case(her.open()).messages) == 2
    assert case_of(her).events.count() == 2


def test_her_wishes_are_read_by_the_helpline_alone(her: Her, sam: Worker) -> None:
    needs = Needs(ticked=(Need.WATCHED, Need.SIMPLE), words="After nine.")
    save_needs(opened=her.open(), needs=needs, by=PERSON, now=NOW)
    assert read_case(sam.open(her.case)).needs == needs
    assert "After nine" not in str(Case.objects.values())
    events = case_of(her).events.count()
    save_needs(opened=her.open(), needs=needs, by=PERSON, now=NOW)
    assert case_of(her).events.count() == events


def test_a_promise_is_never_moved_back(her: Her, sam: Worker) -> None:
    opened = sam.open(her.case)
    set_band(opened=opened, band=Band.RED, by=sam.actor, now=NOW)
    assert case_of(her).promise_due == NOW.replace(hour=13)
    with pytest.raises(ReasonMissing):
        set_band(opened=opened, band=Band.GREEN, by=sam.actor, now=NOW)
    set_band(opened=opened, band=Band.GREEN, reason="They are with a friend.", by=sam.actor, now=NOW)
    case = case_of(her)
    assert (case.band, case.promise_due) == (Band.GREEN, NOW.replace(hour=13))
    assert read_case(opened).notes[0].words == "They are with a friend."


def test_somebody_else_at_the_phone_makes_it_red(her: Her, sam: Worker) -> None:
    note_call(opened=sam.open(her.case), outcome=CallOutcome.SOMEBODY_ELSE, by=sam.actor, now=NOW)
    case = case_of(her)
    assert (case.band, case.turn) == (Band.RED, Turn.US)


def test_a_case_closes_when_each_help_has_an_end(her: Her, sam: Worker) -> None:
    answer(her, sam)
    ask_help(opened=her.open(), kind=HelpKind.LAW, by=PERSON, now=NOW)
    opened = sam.open(her.case)
    with pytest.raises(HelpUnfinished):
        close_case(opened=opened, told="They know.", by=sam.actor, now=NOW + HOUR)
    [asked] = read_case(opened).helps
    end_help(opened=opened, help_=asked.reference, state=HelpState.GIVEN, seen=Met.YES, by=sam.actor, now=NOW + HOUR)
    say_met(opened=her.open(), help_=asked.reference, met=Met.PARTLY, by=PERSON, now=NOW + HOUR)
    close_case(opened=opened, told="They know.", by=sam.actor, now=NOW + HOUR)
    [ended] = read_case(opened).helps
    assert (ended.met, ended.seen, case_of(her).state) == (Met.PARTLY, Met.YES, CaseState.CLOSED)
    reopen_case(opened=opened, why=Reopening.CAME_BACK, by=sam.actor, now=NOW + HOUR)
    assert case_of(her).turn == Turn.US


def test_a_red_case_closes_with_a_second_person(house: object, sam: Worker, lee: Worker) -> None:
    her = came(story=Story(dangers=(Danger.NOW,)))
    answer(her, sam)
    opened = sam.open(her.case)
    with pytest.raises(SecondPersonNeeded):
        close_case(opened=opened, told="They know.", by=sam.actor, now=NOW + HOUR)
    ask_review(opened=opened, reason="They are safe with their sister.", by=sam.actor, now=NOW + HOUR)
    review = case_of(her).reviews.get().reference
    with pytest.raises(SecondPersonNeeded):
        decide_review(opened=opened, review=review, agrees=True, by=sam.actor, now=NOW + HOUR)
    decide_review(opened=lee.open(her.case), review=review, agrees=True, by=lee.actor, now=NOW + HOUR)
    assert case_of(her).state == CaseState.CLOSED


def test_no_second_person_closes_over_a_word_that_came_since(house: object, sam: Worker, lee: Worker) -> None:
    her = came(story=Story(dangers=(Danger.NOW,)))
    answer(her, sam)
    ask_review(opened=sam.open(her.case), reason="They are safe.", by=sam.actor, now=NOW + HOUR)
    write_message(opened=her.open(), words="He is here.", side=Side.PERSON, by=PERSON, now=NOW + 2 * HOUR)
    review = case_of(her).reviews.get().reference
    with pytest.raises(StepImpossible):
        decide_review(opened=lee.open(her.case), review=review, agrees=True, by=lee.actor, now=NOW + 3 * HOUR)
    assert case_of(her).state is CaseState.ACTIVE
    decide_review(opened=lee.open(her.case), review=review, agrees=False, by=lee.actor, now=NOW + 3 * HOUR)


@pytest.mark.parametrize("why", [Withdrawn.STOPPED, Withdrawn.CLOSED])
def test_nobody_decides_a_second_look_once_she_has_stopped_or_it_is_closed(
    house: object, sam: Worker, lee: Worker, why: Withdrawn
) -> None:
    her = came(story=Story(dangers=(Danger.NOW,)))
    answer(her, sam)
    ask_review(opened=sam.open(her.case), reason="They are safe.", by=sam.actor, now=NOW + HOUR)
    assert open_reviews().exists()
    if why is Withdrawn.STOPPED:
        stop_case(opened=her.open(), by=PERSON, now=NOW + 2 * HOUR)
    else:
        set_band(opened=sam.open(her.case), band=Band.GREEN, reason="They moved.", by=sam.actor, now=NOW + HOUR)
        close_case(opened=sam.open(her.case), told="They know.", by=sam.actor, now=NOW + 2 * HOUR)
    assert not open_reviews().exists()
    review = case_of(her).reviews.get()
    assert withdrawn_look(review.reference) == WithdrawnLook(why=why, at=NOW + 2 * HOUR)
    assert (review.state, review.decided_by) == (Review.State.REFUSED, "")
    write_message(opened=her.open(), words="I am back.", side=Side.PERSON, by=PERSON, now=NOW + 3 * HOUR)
    for agrees in (True, False):
        with pytest.raises(ReviewOver):
            decide_review(
                opened=lee.open(her.case), review=review.reference, agrees=agrees, by=lee.actor, now=NOW + 3 * HOUR
            )
    assert case_of(her).state is CaseState.ACTIVE
    ask_review(opened=sam.open(her.case), reason="Once more.", by=sam.actor, now=NOW + 3 * HOUR)
    assert open_reviews().count() == 1


def test_what_is_set_aside_comes_back_with_its_day(her: Her, sam: Worker) -> None:
    answer(her, sam)
    watch_case(opened=sam.open(her.case), review_on=NOW.date(), by=sam.actor, now=NOW + HOUR)
    assert (case_of(her).state, case_of(her).review_on) == (CaseState.WATCHING, NOW.date())
    write_message(opened=her.open(), words="It is back.", side=Side.PERSON, by=PERSON, now=NOW + 2 * HOUR)
    assert (case_of(her).state, case_of(her).review_on) == (CaseState.ACTIVE, None)
    with pytest.raises(StepImpossible):
        reopen_case(opened=sam.open(her.case), why=Reopening.MISTAKE, by=sam.actor, now=NOW + 2 * HOUR)


def test_a_case_is_forgotten_when_its_time_is_over(her: Her) -> None:
    assert forget_cases(now=NOW + timedelta(days=729), limit=10) == 0
    assert forget_cases(now=NOW + timedelta(days=732), limit=10) == 1
    assert not File.objects.exists()


def test_the_file_opens_in_its_own_parts_alone(her: Her, sam: Worker) -> None:
    opened = sam.open(her.case)
    assert opened.file.compartments == {Compartment.CONTACT, Compartment.STORY}
    assert opened.thread.compartments == {Compartment.STORY}
    assert her.open().casework is None
    assert Keyring(her.key).teams == frozenset()
