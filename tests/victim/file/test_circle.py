"""Her circle says who can read what, and it says what the keys say: whatever was done before."""

import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from leeward.foundation.audit.operations import lines_about
from leeward.foundation.audit.rules import Actor, PersonsSubject
from leeward.foundation.vault.errors import CompartmentClosed, NotGranted, SealBroken, VaultError
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import (
    OpenFile,
    open_file,
    open_files,
)
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.models import File, Message, Opening, Thread
from leeward.victim.file.operations.circle import read_circle, stop_messages
from leeward.victim.file.operations.files import keep_story, read_story
from leeward.victim.file.operations.openings import note_opening
from leeward.victim.file.rules.circle import Whose
from leeward.victim.file.rules.needs import Knows, Need, Needs
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import HelplineError, StepImpossible
from leeward.victim.helpline.models import Case
from leeward.victim.helpline.operations.cases import (
    erase_case,
    open_case,
    save_needs,
    stop_case,
    write_message,
)
from leeward.victim.helpline.operations.complaints import tell_wrong
from leeward.victim.helpline.operations.desk import ask_help, close_case
from leeward.victim.helpline.queries.cases import read_case
from leeward.victim.helpline.queries.complaints import read_complaint
from leeward.victim.helpline.rules.helps import HelpKind
from leeward.victim.removals.errors import RemovalError, ReportStopped
from leeward.victim.removals.models import Notice, Report, Request
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.operations.reports import (
    begin_report,
    let_desk_in,
    open_report,
    save_contact,
    stop_desk,
)
from leeward.victim.removals.operations.reports import write_message as write_to_desk
from leeward.victim.removals.queries.desk import read_notice
from leeward.victim.removals.queries.statements import Reader, read_statements
from leeward.victim.removals.rules.reasoned import DayRange
from leeward.victim.removals.rules.reports import Path, ReportState, Source
from leeward.victim.removals.rules.states import RequestState
from tests.depth import times
from tests.victim.file.people import STORY, Teller, send
from tests.victim.file.world import (
    DAY,
    DESK,
    HELPLINE,
    HERS,
    HOUR,
    LEADS,
    MONITOR,
    OF_FILE,
    OF_LETTERS,
    OF_NOTICE,
    OF_THREAD,
    OF_WRONG,
    REMOVED_WITH_WORDS,
    World,
)
from tests.victim.helpline.conftest import NOW, PERSON, Worker
from tests.victim.removals.conftest import Company
from tests.victim.removals.news_people import by_mail

pytestmark = pytest.mark.django_db
# --- equal to the keys ------------------------------------------------------------------------------------------------


def test_it_equals_what_the_keys_open_after_hundreds_of_acts(
    sam: Worker, dee: Worker, lea: Worker, vera: Worker, chatter: Company
) -> None:
    world = World(random=random.Random(1), sam=sam, dee=dee, lea=lea, vera=vera, chatter=chatter)
    world.people = [Teller() for _ in range(3)]
    for her in world.people:
        her.come()
    done, refused = dict.fromkeys([act.__name__ for act in world.acts()], 0), 0
    checked = 0
    acts = times(400, deep=2_000)
    for _ in range(acts):
        act, her = world.random.choice(world.acts()), world.random.choice(world.people)
        try:
            act(her)
        except (VaultError, HelplineError, RemovalError, Case.DoesNotExist):
            refused += 1
            continue
        done[act.__name__] += 1
        if her in world.people and world.random.random() < 0.25:  # whatever was done before shows later too
            checked += 1
            machines = {(Whose.MACHINE, "monitor")}
            read = {who: parts for who, parts in her.reads(now=world.now).items() if who not in machines}
            assert read == world.by_trial(her), act.__name__
    assert min(done.values()) > 4, (done, refused)
    assert checked > acts / 8
    for (file, team), days in world.days.items():
        kept = Opening.objects.filter(file__reference=file, team=team).first()
        if kept is not None:  # erased with the file
            assert (kept.first_on, kept.last_on, kept.days) == (min(days), max(days), len(days))


# --- who has a report, a case, or both --------------------------------------------------------------------------------


def test_a_person_with_a_case_alone(sam: Worker) -> None:
    her = Teller()
    her.come()
    assert her.reads() == {
        HERS: set().union(*OF_FILE.values()) | OF_THREAD,
        HELPLINE: {"What you told us", "How to reach you"} | OF_THREAD,
    }
    [hers, helpline] = her.circle().rows
    assert (hers.who, hers.stop, hers.reading.opened) == ("You, with your code", None, None)
    assert (helpline.who, helpline.why) == ("The helpline", ("You asked the helpline for help.",))
    assert helpline.reading.since == NOW
    assert helpline.stop is not None


def test_a_person_with_a_report_alone(dee: Worker, chatter: Company) -> None:
    her = Teller()
    her.report()
    told = set().union(*OF_FILE.values()) | OF_LETTERS
    monitor = {(Whose.MACHINE, "monitor"): {"The addresses at which we look"}}
    assert her.reads() == {HERS: told, DESK: told} | monitor
    send(her, dee)
    assert (
        her.reads()
        == {
            HERS: told | OF_NOTICE,
            DESK: told | OF_NOTICE,
            (Whose.SITE, "Chatter"): OF_NOTICE,
        }
        | monitor
    )
    [_hers, desk, site, _monitor] = her.circle().rows
    assert desk.why == ("You handed your report in.", "You said yes to our asking sites.")
    assert (site.who, site.stop, site.why) == ("Chatter", None, ("You said yes to our asking sites.",))


def test_a_person_with_both_and_one_with_nothing(sam: Worker, dee: Worker, chatter: Company) -> None:
    her = Teller()
    her.come()
    her.report()
    reads = her.reads()
    assert reads[HELPLINE] == {"What you told us", "How to reach you"} | OF_THREAD
    assert reads[DESK] == set().union(*OF_FILE.values()) | OF_LETTERS
    for nobody in (Teller(), Teller(key=her.key)):
        assert read_circle(nobody.bearer, now=NOW) is None


def test_what_went_wrong_is_read_by_the_leads_alone(sam: Worker, lea: Worker) -> None:
    her, wrong = Teller(), uuid.uuid4()
    her.come()
    tell_wrong(file=her.file, words="Nobody called.", by=PERSON, now=NOW, reference=wrong)
    assert her.reads()[LEADS] == OF_WRONG
    assert not her.reads()[HELPLINE] & OF_WRONG
    read_complaint(wrong, keyring=lea.keyring, by=lea.actor, now=NOW)
    [leads] = [row for row in her.circle().rows if row.who == "Those who lead the helpline"]
    assert (leads.why, leads.stop) == (("You told them that something went wrong.",), None)
    assert leads.reading.opened is not None
    stop_case(opened=her.open_case(), by=PERSON, now=NOW)
    assert her.reads()[LEADS] == OF_WRONG


def test_the_desk_knows_her_wishes_where_she_lets_it(sam: Worker, dee: Worker) -> None:
    her = Teller()
    her.come()
    her.report()
    wishes = {"How you wish to be treated"}
    for knows, is_shared in ((Knows.HELPLINE, False), (Knows.DESK, True), (Knows.HELPLINE, False)):
        needs = Needs(ticked=(Need.SIMPLE,), knows=knows)
        save_needs(opened=her.open_case(), needs=needs, by=PERSON, now=NOW)
        assert (wishes <= her.reads()[DESK]) is is_shared
        assert wishes <= her.reads()[HELPLINE]


def test_a_draft_is_read_by_nobody_else(dee: Worker) -> None:
    her = Teller()
    begin_report(
        reference=her.file, key=her.key, path=Path.ONLINE, source=Source.WEB, language="en", by=PERSON, now=NOW
    )
    assert her.reads() == {HERS: set().union(*OF_FILE.values())}


def test_who_reports_for_another_sees_no_more_than_what_they_told(dee: Worker, chatter: Company) -> None:
    her = Teller()
    her.report(path=Path.FOUND)
    send(her, dee)
    told = set().union(*OF_FILE.values())
    assert her.reads() == {HERS: told, DESK: told}
    [_hers, desk] = her.circle().rows
    assert (desk.reading.opened, desk.tells_work, desk.stop) == (None, False, None)


# --- stopping ---------------------------------------------------------------------------------------------------------


def kept_keys(her: Teller, worker: Worker) -> dict[tuple[uuid.UUID, Compartment], bytes]:
    """Every key of her files that somebody of a team could have written down."""
    files = {her.file, *Thread.objects.values_list("reference", flat=True)}
    opened = open_files(files, worker.keyring, by=worker.actor, now=NOW)
    return {
        (file.file, compartment): file.key_of(compartment, file.current_generation(compartment))
        for file in opened.values()
        for compartment in file.compartments
    }


def opens_with(key: bytes, sealed: str, *, file: uuid.UUID, compartment: Compartment, place: str) -> bool:
    """Whether a key that was kept opens a text, whatever generation is written on it."""
    generation = int(sealed.split(".")[1])
    kept = OpenFile(file=file, current={compartment: generation}, keys={(compartment, generation): key})
    try:
        kept.unseal(sealed, compartment=compartment, place=place)
    except (SealBroken, CompartmentClosed):
        return False
    return True


def test_after_she_stopped_old_keys_open_nothing_new(sam: Worker, dee: Worker, chatter: Company) -> None:
    her = Teller()
    her.come()
    her.report()
    keys = kept_keys(her, sam)
    row = File.objects.get(reference=her.file)
    where = {"file": her.file, "compartment": Compartment.STORY, "place": File.place_of("story", her.file)}
    assert opens_with(keys[her.file, Compartment.STORY], row.story, **where)  # type: ignore[arg-type]
    stop_case(opened=her.open_case(), by=PERSON, now=NOW)
    for file in {file for file, _compartment in keys}:
        with pytest.raises(NotGranted):
            open_file(file=file, keyring=sam.keyring, by=sam.actor, now=NOW)
    assert HELPLINE not in her.reads()
    later = her.open_case()
    keep_story(row, replace(STORY, words="On Monday again."), opened=later.file)
    assert not opens_with(keys[her.file, Compartment.STORY], row.story, **where)  # type: ignore[arg-type]
    at_desk = open_file(file=her.file, keyring=dee.keyring, by=dee.actor, now=NOW)
    assert read_story(row, at_desk).words == "On Monday again."  # whoever remains has the new key
    write_message(opened=later, words="I am back.", side=Side.PERSON, by=PERSON, now=NOW + HOUR)
    message = Message.objects.get(thread__reference=later.thread.file, ordinal=2)
    place = Message.place_of("words", message.reference)
    thread = {"file": later.thread.file, "compartment": Compartment.STORY, "place": place}
    assert not opens_with(keys[later.thread.file, Compartment.STORY], message.words, **thread)  # type: ignore[arg-type]
    again = open_case(reference=later.reference, keyring=sam.keyring, by=sam.actor, now=NOW + HOUR)
    assert [each.words for each in read_case(again).messages] == ["I need help.", "I am back."]
    assert read_case(again).story.words == "On Monday again."
    [helpline] = [each.reading for each in her.circle(now=NOW + HOUR).rows if each.who == "The helpline"]
    assert helpline.since == NOW + HOUR


def test_she_can_stop_a_helpline_that_has_closed_her_case(sam: Worker) -> None:
    her = Teller()
    her.come()
    opened = open_case(reference=her.open_case().reference, keyring=sam.keyring, by=sam.actor, now=NOW)
    write_message(opened=opened, words="We are here.", side=Side.TEAM, by=sam.actor, now=NOW)
    close_case(opened=opened, by=sam.actor, now=NOW)
    assert HELPLINE in her.reads()
    stop_case(opened=her.open_case(), by=PERSON, now=NOW + HOUR)
    assert HELPLINE not in her.reads(now=NOW + HOUR)
    with pytest.raises(StepImpossible):
        stop_case(opened=her.open_case(), by=PERSON, now=NOW + HOUR)


def test_asking_for_help_lets_the_helpline_in_again(sam: Worker) -> None:
    """Otherwise the case would stand in the queue, and nobody could open it."""
    her = Teller()
    her.come()
    stop_case(opened=her.open_case(), by=PERSON, now=NOW)
    ask_help(opened=her.open_case(), kind=HelpKind.LAW, by=PERSON, now=NOW + HOUR)
    open_case(reference=her.open_case().reference, keyring=sam.keyring, by=sam.actor, now=NOW + HOUR)
    assert her.reads(now=NOW + HOUR)[HELPLINE] >= OF_THREAD


def test_what_the_helpline_closed_and_she_reopens_was_never_shut(sam: Worker) -> None:
    her = Teller()
    her.come()
    opened = open_case(reference=her.open_case().reference, keyring=sam.keyring, by=sam.actor, now=NOW)
    write_message(opened=opened, words="We are here.", side=Side.TEAM, by=sam.actor, now=NOW)
    close_case(opened=opened, by=sam.actor, now=NOW)
    write_message(opened=her.open_case(), words="Again.", side=Side.PERSON, by=PERSON, now=NOW + DAY)
    [_hers, helpline] = her.circle(now=NOW + DAY).rows
    assert helpline.reading.since == NOW


def test_after_she_stopped_the_desk_it_opens_nothing_and_old_keys_nothing_new(
    sam: Worker, dee: Worker, chatter: Company
) -> None:
    her = Teller()
    her.come()
    her.report()
    send(her, dee)
    write_to_desk(opened=her.open_report(), words="Is it gone?", side=Side.PERSON, by=PERSON, now=NOW)
    keys, before = kept_keys(her, dee), her.reads()
    for _ in range(2):
        stop_desk(opened=her.open_report(), by=PERSON, now=NOW)
    row = Report.objects.get()
    assert (row.state, row.stopped_at, row.attention_at) == (ReportState.CLOSED, NOW, None)
    assert {each.state for each in Request.objects.all()} == {RequestState.WITHDRAWN}
    assert her.reads() == {who: parts for who, parts in before.items() if who not in (DESK, MONITOR)}
    thread = Thread.objects.get(team="desk").reference
    for file in (her.file, thread, Notice.objects.get().reference):
        with pytest.raises(NotGranted):
            open_file(file=file, keyring=dee.keyring, by=dee.actor, now=NOW)
    with pytest.raises(ReportStopped):
        open_report(reference=her.file, keyring=dee.keyring, by=dee.actor, now=NOW)
    # What comes later is closed to a kept key, and open to the helpline, which goes on.
    later, file = her.open_report(), File.objects.get(reference=her.file)
    keep_story(file, replace(STORY, words="On Monday again."), opened=later.file)
    save_contact(opened=later, contact=by_mail(), by=PERSON, now=NOW)
    for column, compartment in (("story", Compartment.STORY), ("contact", Compartment.CONTACT)):
        file.refresh_from_db()
        place, text = File.place_of(column, her.file), getattr(file, column)
        assert not opens_with(keys[her.file, compartment], text, file=her.file, compartment=compartment, place=place)
    assert Report.objects.get().attention_at is None
    helped = open_case(reference=her.open_case().reference, keyring=sam.keyring, by=sam.actor, now=NOW)
    assert read_case(helped).story.words == "On Monday again."
    with pytest.raises(ReportStopped):
        write_to_desk(opened=later, words="?", side=Side.PERSON, by=PERSON, now=NOW)
    # One yes, and it reads all of it again.
    for _ in range(2):
        let_desk_in(opened=her.open_report(), keyring=Keyring(her.key), by=PERSON, now=NOW + HOUR)
    assert her.reads(now=NOW + HOUR)[DESK] == before[DESK]
    [desk] = [each for each in her.circle(now=NOW + HOUR).rows if each.who == "The removal desk"]
    assert (desk.reading.since, desk.why) == (NOW + HOUR, ("You let it read this again.",))
    opened = open_report(reference=her.file, keyring=dee.keyring, by=dee.actor, now=NOW + HOUR)
    assert read_story(file, opened.file).words == "On Monday again."
    assert Report.objects.get().state is ReportState.OPEN


def test_without_a_case_what_she_told_is_hers_alone_after_a_stop(dee: Worker, chatter: Company) -> None:
    her = Teller()
    her.report()
    assert her.circle().rows[-1].note == "It forgets them when you stop the removal desk."
    stop_desk(opened=her.open_report(), by=PERSON, now=NOW)
    [hers] = her.circle().rows
    assert hers.reading.whose is Whose.HERS
    assert her.reads()[HERS] >= OF_LETTERS | {"What you told us"}


def test_her_neutral_messages_stay_while_the_helpline_works_on_it(sam: Worker, dee: Worker, chatter: Company) -> None:
    helped, alone = Teller(), Teller()
    helped.come()
    for her in (helped, alone):
        her.report()
        save_contact(opened=her.open_report(), contact=by_mail(), by=PERSON, now=NOW)
        stop_desk(opened=her.open_report(), by=PERSON, now=NOW)
        assert ((Whose.MACHINE, "notifier") in her.reads()) is (her is helped)


def test_the_messages_that_say_that_there_is_news(dee: Worker, chatter: Company) -> None:
    her = Teller()
    her.report()
    notifier = (Whose.MACHINE, "notifier")
    save_contact(opened=her.open_report(), contact=by_mail(), by=PERSON, now=NOW)
    assert her.reads()[notifier] == {"Your mail address, and when we may write"}
    for _ in range(2):
        stop_messages(her.bearer, NOW)
        assert notifier not in her.reads()


# --- who opened it ----------------------------------------------------------------------------------------------------


def test_it_counts_the_days_on_which_a_team_opened_it_and_no_name(sam: Worker, lee: Worker, dee: Worker) -> None:
    her = Teller()
    her.come()
    her.report()
    case = her.open_case().reference
    for hours, worker in ((0, sam), (1, lee), (2, sam), (24, lee), (24 * 3, sam)):
        open_case(reference=case, keyring=worker.keyring, by=worker.actor, now=NOW + hours * HOUR)
    rows = {row.who: row.reading.opened for row in her.circle().rows}
    found = rows["The helpline"]
    assert found is not None
    assert (found.first_on, found.last_on, found.days) == (NOW.date(), (NOW + 3 * DAY).date(), 3)
    assert rows["The removal desk"] is None
    lines = lines_about(PersonsSubject(kind="file", reference=str(her.file)))
    days = {line.at.date() for line in lines if line.verb == "vault.file_opened"}
    assert len(days) == found.days  # as the trail has it
    assert not {"sam", "lee"} & set(str(list(Opening.objects.values())))
    typist = Actor.typist("sam")
    open_case(reference=case, keyring=Keyring(her.key), by=typist, now=NOW)
    rows = {row.who: row.reading.opened for row in her.circle().rows}
    assert rows["The one of us who typed for you on the phone"] is not None


def test_an_opening_that_is_not_granted_is_not_counted(sam: Worker, dee: Worker) -> None:
    her = Teller()
    her.come()
    with pytest.raises(NotGranted):
        open_case(reference=her.open_case().reference, keyring=dee.keyring, by=dee.actor, now=NOW)
    stop_case(opened=her.open_case(), by=PERSON, now=NOW)
    with pytest.raises(NotGranted):
        open_case(reference=her.open_case().reference, keyring=sam.keyring, by=sam.actor, now=NOW)
    assert not Opening.objects.exists()


def test_a_notice_that_the_desk_reads_counts_too(dee: Worker, chatter: Company) -> None:
    her = Teller()
    her.report()
    send(her, dee)
    Opening.objects.all().delete()
    read_notice(Notice.objects.get().reference, keyring=dee.keyring, by=dee.actor, now=NOW)
    assert Opening.objects.get().team == "desk"


def test_a_list_that_opens_many_at_once_counts_too(dee: Worker, chatter: Company) -> None:
    tellers = [Teller(), Teller()]
    for her in tellers:
        her.report()
        send(her, dee)
    Opening.objects.all().delete()
    asked = list(Request.objects.values_list("reference", flat=True))
    decide(side=chatter.side, references=asked, answer=REMOVED_WITH_WORDS, now=NOW)
    days = DayRange(first=NOW.date(), last=NOW.date())
    own = Reader(keyring=chatter.side.keyring, actor=chatter.side.actor, platform_id=chatter.side.platform_id)
    assert len(list(read_statements(own, days=days, now=NOW))) == 2
    assert not Opening.objects.exists()  # a site reads what it has itself
    assert len(list(read_statements(Reader(keyring=dee.keyring, actor=dee.actor), days=days, now=NOW))) == 2
    assert {each.file.reference for each in Opening.objects.filter(team="desk")} == {her.file for her in tellers}


def test_openings_go_with_the_file(sam: Worker) -> None:
    her = Teller()
    her.come()
    open_case(reference=her.open_case().reference, keyring=sam.keyring, by=sam.actor, now=NOW)
    erase_case(file=her.file, by=PERSON, now=NOW)
    assert (Opening.objects.count(), File.objects.count(), Grant.objects.count()) == (0, 0, 0)


def test_counting_costs_one_query_on_a_day_that_is_counted(
    sam: Worker, django_assert_num_queries: Callable[[int], Any]
) -> None:
    her = Teller()
    her.come()
    note_opening(her.file, team="helpline", by=sam.actor, now=NOW)
    with django_assert_num_queries(1):
        note_opening(her.file, team="helpline", by=sam.actor, now=NOW)
    with django_assert_num_queries(0):
        note_opening(her.file, team="helpline", by=PERSON, now=NOW)
