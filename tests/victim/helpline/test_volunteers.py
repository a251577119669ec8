"""Volunteers read the cases of their shift until it ends; who knows the person is shown nothing."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.audit.rules import Actor, ActorKind
from leeward.foundation.vault.errors import CompartmentClosed, NotGranted
from leeward.foundation.vault.models import Grant
from leeward.foundation.vault.operations import found_team, open_file, sweep_grants
from leeward.foundation.vault.rules.grants import Compartment, Keyring
from leeward.victim.file.models import File, Message
from leeward.victim.file.operations.circle import find_stop, read_circle, stop_reader
from leeward.victim.file.operations.threads import list_threads
from leeward.victim.file.rules.circle import Whose
from leeward.victim.file.rules.contact import Contact, ContactWay
from leeward.victim.file.rules.story import Story
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.errors import (
    CaseUnknown,
    ReplyWaits,
    ReviewOver,
    SecondPersonNeeded,
    ShiftRefused,
    StepImpossible,
)
from leeward.victim.helpline.models import Case, Clearance, Lent, Recusal, Review
from leeward.victim.helpline.operations.cases import (
    erase_case,
    save_contact,
    stop_case,
    write_message,
)
from leeward.victim.helpline.operations.desk import add_note, ask_review, claim_case, close_case, decide_review
from leeward.victim.helpline.operations.keeping_out import keep_volunteers_out, let_volunteers_help
from leeward.victim.helpline.operations.recusals import move_to_leads, recuse
from leeward.victim.helpline.operations.volunteers import (
    begin_shift,
    clear_volunteer,
    forget_clearances,
    forget_lent,
    take_back,
    write_reply,
)
from leeward.victim.helpline.queries.cases import LEADS, TEAM, VOLUNTEERS, find_case, read_case
from leeward.victim.helpline.queries.desk import (
    Queue,
    cases_in,
    cases_named,
    count_queues,
    is_cleared,
    lent_cases,
    open_reviews,
    volunteers_now,
    who_is_on_what,
)
from leeward.victim.helpline.rules.volunteers import Withdrawn
from leeward.victim.portal.rules.visits import Bearer
from leeward.victim.removals.operations.reports import OpenReport, begin_report, open_report, save_story
from leeward.victim.removals.rules.reports import Band, Path, Source
from tests.browsing import see, send
from tests.foundation.accounts.people import at, come_in
from tests.foundation.accounts.people import employ as enrol
from tests.standing import Standing
from tests.victim.file.people import Teller, browser_of
from tests.victim.helpline.conftest import NOW, OPERATOR, PERSON, Her, Worker, came, employ

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
END = NOW + 4 * HOUR
LATER = END + timedelta(minutes=90)
CONTACT = Contact(way=ContactWay.PHONE, phone="0555 0100", safe_word="plum")


@pytest.fixture
def vera(house: Standing) -> Worker:
    """A volunteer."""

    def join() -> Worker:
        found_team(team=VOLUNTEERS, by=OPERATOR, now=NOW)
        return employ("vera", team=VOLUNTEERS)

    return house("vera", join)


@pytest.fixture
def amal(house: Standing) -> Worker:
    """Somebody who leads the helpline."""
    return house("amal", lambda: employ("amal", team="leads"))


@pytest.fixture
def nell(house: Standing, sam: Worker, vera: Worker) -> Her:
    """A case with a note, which volunteers may read until END."""

    def make() -> Her:
        her = came(contact=CONTACT)
        add_note(opened=sam.open(her.case), words="Among us.", by=sam.actor, now=NOW)
        lend(sam, her)
        return her

    return house(("nell", "lent"), make)


def lend(sam: Worker, *people: Her) -> int:
    cases = [each.case for each in people]
    return begin_shift(cases=cases, until=END, keyring=sam.keyring, by=sam.actor, now=NOW)


def know(worker: Worker, her: Her) -> None:
    recuse(reference=her.case, keyring=worker.keyring, by=worker.actor, now=NOW)


def hers(her: Her) -> Bearer:
    return Bearer(look_up="", key=her.key, holds={"file": her.file})


def test_they_read_their_shifts_cases_and_nothing_beside(sam: Worker, vera: Worker, nell: Her) -> None:
    other = came()
    opened = vera.open(nell.case)
    view = read_case(opened)
    assert view.contact == CONTACT
    assert (view.story.words, view.messages[0].words) == ("It began on Sunday.", "I need help.")
    assert ([each.words for each in view.notes], view.assessments, opened.casework) == ([""], (), None)
    assert opened.file.compartments == {Compartment.CONTACT, Compartment.STORY}
    row = Case.objects.get(reference=nell.case)
    with pytest.raises(NotGranted):
        open_file(file=row.casework, keyring=vera.keyring, by=vera.actor, now=NOW)
    with pytest.raises(NotGranted):
        vera.open(other.case)
    circle = read_circle(hers(nell), now=NOW)
    assert circle is not None
    [volunteers] = [each for each in circle.rows if each.reading.name == VOLUNTEERS]
    assert (volunteers.reading.whose, volunteers.reading.until) == (Whose.TEAM, END)
    assert volunteers.stop is not None


def stopped(sam: Worker, vera: Worker, her: Her) -> None:
    stop_case(opened=her.open(), by=PERSON, now=NOW)


def taken_back(sam: Worker, vera: Worker, her: Her) -> None:
    take_back(opened=sam.open(her.case), by=sam.actor, now=NOW)


def closed(sam: Worker, vera: Worker, her: Her) -> None:
    write_message(opened=sam.open(her.case), words="Here.", side=Side.TEAM, by=sam.actor, now=NOW)
    close_case(opened=sam.open(her.case), told="Yes.", by=sam.actor, now=NOW)


def kept_out(sam: Worker, vera: Worker, her: Her) -> None:
    for _ in range(2):
        keep_volunteers_out(opened=her.open(), by=PERSON, now=NOW)
    with pytest.raises(ShiftRefused):
        lend(sam, her)


def moved(sam: Worker, vera: Worker, her: Her) -> None:
    move_to_leads(opened=sam.open(her.case), keyring=sam.keyring, by=sam.actor, now=NOW)


def swept(sam: Worker, vera: Worker, her: Her) -> None:
    assert sweep_grants(now=END, limit=100) == 3
    assert (forget_lent(now=END - HOUR, limit=10), forget_lent(now=END, limit=10)) == (0, 1)


def recused(sam: Worker, vera: Worker, her: Her) -> None:
    know(vera, her)


def nothing(sam: Worker, vera: Worker, her: Her) -> None:
    """The clock alone ends it."""


@pytest.mark.parametrize(
    "ends",
    [nothing, swept, taken_back, stopped, kept_out, closed, moved, recused],
    ids=["clock", "swept", "taken back", "stopped", "kept out", "closed", "moved", "recused"],
)
def test_after_the_end_old_keys_open_nothing_new(
    sam: Worker, vera: Worker, nell: Her, ends: Callable[[Worker, Worker, Her], None]
) -> None:
    begin_report(
        reference=nell.file, key=nell.key, path=Path.ONLINE, source=Source.WEB, language="en", by=PERSON, now=NOW
    )
    kept = vera.open(nell.case)
    read_case(kept)  # each key is unwrapped, and kept in memory or written down
    ends(sam, vera, nell)
    with pytest.raises((NotGranted, CaseUnknown)):
        vera.open(nell.case, LATER)
    # At night the person alone writes, first at the removal desk's door, then at the helpline's.
    story = Story(everyone_adult=True, words="It goes on.")
    save_story(opened=report_of(nell), story=story, by=PERSON, now=LATER)
    write_message(opened=nell.open(LATER), words="Only now.", side=Side.PERSON, by=PERSON, now=LATER)
    save_contact(opened=nell.open(LATER), contact=CONTACT, by=PERSON, now=LATER)
    file = File.objects.get(reference=nell.file)
    for opened, row, column in ((kept.file, file, "story"), (kept.file, file, "contact")):
        with pytest.raises(CompartmentClosed):
            row.unbox(opened, column)
    last = Message.objects.filter(thread__file=file).order_by("-ordinal")[0]
    with pytest.raises(CompartmentClosed):
        last.unbox(kept.thread, "words")
    view = read_case(nell.open(LATER))
    assert (view.story.words, view.messages[-1].words, view.contact) == ("It goes on.", "Only now.", CONTACT)
    if ends is not moved:
        assert read_case(sam.open(nell.case, LATER)).messages[-1].words == "Only now."
    assert not lent_cases(now=LATER).exists()


def report_of(her: Her) -> OpenReport:
    return open_report(reference=her.file, keyring=Keyring(her.key), by=PERSON, now=LATER)


def test_a_reply_waits_for_a_mentor_until_they_are_cleared(
    sam: Worker, lee: Worker, nell: Her, house: Standing
) -> None:
    enrol("vic", Role.VOLUNTEER, now=NOW)
    vic = next(each for each in volunteers_now())
    by = Actor(kind=ActorKind.STAFF, id=vic.reference)
    opened = lee.open(nell.case)  # the keys are not what this is about
    first = uuid.uuid4()
    for _ in range(2):
        assert write_reply(opened=opened, words="We are here.", by=by, now=NOW, reference=first) is False
    with pytest.raises(ReplyWaits):
        write_reply(opened=opened, words="And more.", by=by, now=NOW, reference=uuid.uuid4())
    assert [each.words for each in read_case(nell.open()).messages] == ["I need help."]
    with pytest.raises(SecondPersonNeeded):
        decide_review(opened=opened, review=first, agrees=True, by=by, now=NOW)
    decide_review(opened=sam.open(nell.case), review=first, agrees=True, by=sam.actor, now=NOW)
    assert [each.words for each in read_case(nell.open()).messages] == ["I need help.", "We are here."]
    assert Case.objects.get(reference=nell.case).answered_at == NOW
    second = uuid.uuid4()
    write_reply(opened=opened, words="Not so.", by=by, now=NOW, reference=second)
    decide_review(opened=sam.open(nell.case), review=second, agrees=False, by=sam.actor, now=NOW)
    assert len(read_case(nell.open()).messages) == 2
    clear_volunteer(staff=vic.reference, is_cleared=True, by=sam.actor, now=NOW)
    assert write_reply(opened=opened, words="Alone.", by=by, now=NOW, reference=uuid.uuid4()) is True
    assert read_case(nell.open()).messages[-1].words == "Alone."
    with pytest.raises(CaseUnknown):
        clear_volunteer(staff="sam", is_cleared=True, by=sam.actor, now=NOW)
    Clearance.objects.create(staff="gone", at=NOW, by="sam")
    assert forget_clearances(now=NOW, limit=5) == 1
    assert is_cleared(vic.reference)


def wrote(vera: Worker, her: Her) -> uuid.UUID:
    reply = uuid.uuid4()
    assert (
        write_reply(opened=vera.open(her.case), words="We are here.", by=vera.actor, now=NOW, reference=reply) is False
    )
    return reply


@pytest.mark.parametrize(
    ("ends", "why"),
    [
        (kept_out, Withdrawn.KEPT_OUT),
        (stopped, Withdrawn.STOPPED),
        (closed, Withdrawn.CLOSED),
        (recused, Withdrawn.KNOWN),
        (taken_back, None),
    ],
    ids=["kept out", "stopped", "closed", "recused", "taken back"],
)
def test_a_reply_that_waits_is_withdrawn_by_whoever_ends_it(
    sam: Worker, vera: Worker, nell: Her, ends: Callable[[Worker, Worker, Her], None], why: Withdrawn | None
) -> None:
    reply, opened = wrote(vera, nell), sam.open(nell.case)
    kept = vera.open(nell.case)
    ends(sam, vera, nell)
    row = Review.objects.get(reference=reply)
    if why is None:  # the mentor still reads it, and sends it or not
        decide_review(opened=opened, review=reply, agrees=True, by=sam.actor, now=NOW)
        assert read_case(nell.open()).messages[-1].words == "We are here."
        return
    assert (row.withdrawn, row.state, row.words, row.decided_by) == (why, Review.State.REFUSED, "", "")
    for agrees in (True, False):
        with pytest.raises(ReviewOver):
            decide_review(opened=opened, review=reply, agrees=agrees, by=sam.actor, now=NOW)
    assert "We are here." not in [each.words for each in read_case(nell.open()).messages]
    # Letting them help again, or writing again, brings it back to nobody.
    write_message(opened=nell.open(), words="Still here.", side=Side.PERSON, by=PERSON, now=LATER)
    let_volunteers_help(opened=nell.open(LATER), by=PERSON, now=LATER)
    assert not open_reviews().exists()
    if why is Withdrawn.KEPT_OUT:
        keep_volunteers_out(opened=nell.open(LATER), by=PERSON, now=LATER)
        for _ in ("with a mentor", "alone"):  # who had the page open while the person stopped them
            with pytest.raises(StepImpossible):
                write_reply(opened=kept, words="Late.", by=vera.actor, now=LATER, reference=uuid.uuid4())
            Clearance.objects.get_or_create(staff=vera.actor.id, defaults={"at": NOW, "by": "sam"})


def test_a_shift_has_a_case_and_an_end(sam: Worker, vera: Worker, her: Her) -> None:
    for until in (NOW, NOW + 13 * HOUR):
        with pytest.raises(ShiftRefused):
            begin_shift(cases=[her.case], until=until, keyring=sam.keyring, by=sam.actor, now=NOW)
    with pytest.raises(ShiftRefused):
        begin_shift(cases=[uuid.uuid4()], until=END, keyring=sam.keyring, by=sam.actor, now=NOW)
    gone, known = came(), came()
    lend(sam, known)
    know(vera, known)
    stop_case(opened=gone.open(), by=PERSON, now=NOW)
    assert lend(sam, her, gone, known) == 1
    assert list(Lent.objects.values_list("case__reference", flat=True)) == [her.case]
    with pytest.raises(NotGranted):
        open_file(file=known.file, keyring=vera.keyring, by=vera.actor, now=NOW)
    begin_shift(cases=[her.case], until=LATER, keyring=sam.keyring, by=sam.actor, now=NOW)  # longer
    assert read_case(vera.open(her.case, END)).messages


def test_who_knows_the_person_is_shown_it_nowhere(sam: Worker, lee: Worker, her: Her) -> None:
    claim_case(reference=her.case, by=sam.actor, now=NOW)
    ask_review(opened=lee.open(her.case), reason="Yes.", by=lee.actor, now=NOW)
    for _ in range(2):
        know(sam, her)
    assert Recusal.objects.get().team == TEAM
    with pytest.raises(CaseUnknown):
        sam.open(her.case)
    for viewer, number in (("sam", 0), ("lee", 1)):
        assert cases_in(Queue.WAITING, now=NOW, viewer=viewer).count() == number
        assert count_queues(now=NOW, day_ends=END, viewer=viewer).queues[Queue.OPEN] == number
        assert count_queues(now=NOW, day_ends=END, viewer=viewer).second_looks == number
        assert open_reviews(viewer).count() == number
        assert len(cases_named(str(her.case), viewer=viewer)) == number
    assert who_is_on_what(now=NOW) == ()  # it was let go
    claim_case(reference=her.case, by=lee.actor, now=NOW)
    assert (len(who_is_on_what(now=NOW, viewer="sam")), len(who_is_on_what(now=NOW, viewer="lee"))) == (0, 1)
    assert read_case(lee.open(her.case)).messages
    # What the threat model says: by our code, and not by a key.
    assert open_file(file=her.file, keyring=sam.keyring, by=sam.actor, now=NOW)


def test_the_closed_team_alone_opens_what_was_moved_to_it(sam: Worker, lee: Worker, amal: Worker, her: Her) -> None:
    add_note(opened=sam.open(her.case), words="Among us.", by=sam.actor, now=NOW)
    move_to_leads(opened=sam.open(her.case), keyring=sam.keyring, by=sam.actor, now=NOW)
    row = Case.objects.get(reference=her.case)
    for worker in (sam, lee):
        for file in (her.file, row.thread.reference, row.casework):
            with pytest.raises(NotGranted):
                open_file(file=file, keyring=worker.keyring, by=worker.actor, now=NOW)
    view = read_case(amal.open(her.case))
    assert ([each.words for each in view.notes], view.messages[0].words) == (["Among us."], "I need help.")
    assert (row.team, cases_in(Queue.OPEN, now=NOW).count(), cases_in(Queue.OPEN, now=NOW, team=LEADS).count()) == (
        LEADS,
        0,
        1,
    )
    write_message(opened=amal.open(her.case), words="It is me now.", side=Side.TEAM, by=amal.actor, now=NOW)
    assert read_case(her.open()).messages[-1].words == "It is me now."
    with pytest.raises(StepImpossible):
        move_to_leads(opened=amal.open(her.case), keyring=amal.keyring, by=amal.actor, now=NOW)
    # She sees who reads now, and stops them as she would have stopped the helpline.
    [head] = list_threads(hers(her), now=NOW)
    assert head.is_read
    circle = read_circle(hers(her), now=NOW)
    assert circle is not None
    rows = {each.reading.name: each for each in circle.rows if each.reading.whose is Whose.TEAM}
    assert (rows[TEAM].reading.parts, rows[TEAM].stop) == ((), None)
    found = find_stop(circle, "talk")
    assert found is rows[LEADS]
    stop_reader(rows[LEADS], hers(her), NOW)
    with pytest.raises(NotGranted):
        amal.open(her.case)
    write_message(opened=her.open(LATER), words="Back.", side=Side.PERSON, by=PERSON, now=LATER)
    assert read_case(amal.open(her.case, LATER)).messages[-1].words == "Back."
    with pytest.raises(NotGranted):
        sam.open(her.case, LATER)
    erase_case(file=her.file, by=PERSON, now=LATER)
    assert not Grant.objects.filter(file__in=[her.file, row.casework]).exists()


# --- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(house: Standing, monkeypatch: pytest.MonkeyPatch) -> dict[str, Client]:
    """A practitioner, a volunteer and a lead, signed in."""
    at(monkeypatch, NOW)
    roles = {"ama": Role.PRACTITIONER, "vic": Role.VOLUNTEER, "lea": Role.HELPLINE_LEAD}
    house("people", lambda: [enrol(name, role) for name, role in roles.items()])
    return {name: come_in(name) for name in roles}


def page(name: str, *args: object) -> str:
    return reverse(f"helpline:{name}", args=args)


def test_a_red_case_is_lent_by_whoever_has_read_that_it_is_red(people: dict[str, Client]) -> None:
    ama, calm, her = people["ama"], came(), came()
    assert "red" not in re.findall(r'name="(\w+)"', see(ama, page("desk-volunteers")))
    Case.objects.filter(reference=her.case).update(band=Band.RED)
    asked = send(ama, page("desk-volunteers"), status=400, cases=her.case, hours="4")
    assert "You chose a red case" in asked
    assert not Lent.objects.exists()
    send(ama, page("desk-volunteers"), cases=calm.case, hours="4")
    send(ama, page("desk-volunteers"), cases=her.case, hours="4", red="on")
    assert Lent.objects.filter(case__reference__in=[her.case, calm.case]).count() == 2


def test_a_shift_from_its_first_press_to_its_last(people: dict[str, Client]) -> None:
    ama, vic = people["ama"], people["vic"]
    her = came(contact=CONTACT, words="I do not know whom to ask.")
    assert "No case is yours now" in see(vic, page("volunteer-home"))
    see(vic, page("volunteer-case", her.case), status=404)
    assert "Choose a case" in send(ama, page("desk-volunteers"), status=400, hours="4")
    send(ama, page("desk-volunteers"), green="on", hours="4")
    assert "Volunteers may read it until" in see(ama, page("desk-case", her.case))
    assert page("volunteer-case", her.case) in see(vic, page("volunteer-home"))
    assert page("volunteer-case", her.case) in see(vic, reverse("work:home"))
    case = see(vic, page("volunteer-case", her.case))
    assert "I do not know whom to ask." in case
    assert "It began on Sunday" not in case
    assert "plum" in send(vic, page("volunteer-show", her.case), status=200, part="contact")
    assert "opened 1 today" in see(vic, page("volunteer-case", her.case))
    said = {"words": "We are here.", "once": uuid.uuid4()}
    assert "Preview" in send(vic, page("volunteer-reply", her.case), status=200, **said)
    send(vic, page("volunteer-reply", her.case), **said, step="send")
    assert "is waiting for a mentor" in see(vic, page("volunteer-case", her.case))
    look = page("desk-review", Review.objects.get().reference)
    assert "We are here." in see(ama, look)
    send(ama, look, answer="agree")
    assert "We are here." in see(vic, page("volunteer-case", her.case))
    [line] = volunteers_now()
    send(ama, page("desk-volunteers-clear"), staff=line.reference, alone="yes")
    assert "You answer alone" in see(vic, page("volunteer-home"))
    assert "Give it to a mentor" not in see(vic, page("volunteer-case", her.case))
    for desk in ("desk-home", "desk-volunteers"):
        see(vic, page(desk), status=403)
    see(vic, page("desk-case", her.case), status=403)
    send(ama, page("desk-volunteers-back", her.case))
    see(vic, page("volunteer-case", her.case), status=404)
    send(ama, page("desk-volunteers"), cases=her.case, hours="4")
    send(vic, page("volunteer-know", her.case))
    assert "No case is yours now" in see(vic, page("volunteer-home"))
    see(vic, page("volunteer-case", her.case), status=404)


def test_their_person_stops_them_alone_and_lets_them_in_again(people: dict[str, Client]) -> None:
    ama, vic = people["ama"], people["vic"]
    teller = Teller()
    teller.come()
    hers, case = browser_of(teller, now=NOW), find_case(teller.file)
    browser, code = hers.client, {"numbers": hers.code}
    who, choice = reverse("file:circle"), page("my-shift")
    stop = reverse("file:circle-stop", args=["shift"])
    assert browser.get(stop).headers["Location"] == who  # nobody to stop yet
    assert "The helpline may ask volunteers to help on a shift." in hers.see(who)
    send(ama, page("desk-volunteers"), cases=case, hours="4")
    see(vic, page("volunteer-case", case))
    said = {"words": "We are here.", "once": uuid.uuid4()}
    send(vic, page("volunteer-reply", case), **said, step="send")
    look = page("desk-review", Review.objects.get().reference)
    assert "We are here." in see(ama, look)
    assert stop in hers.see(who)
    assert "The helpline carries on. It can still read what it could read before." in hers.see(stop)
    assert "was not sent yet is thrown away" in hers.see(stop)
    assert browser.post(stop, {}).status_code == 422
    see(vic, page("volunteer-case", case))
    assert browser.post(stop, code).headers["Location"] == who
    see(vic, page("volunteer-case", case), status=404)
    assert "You keep volunteers out. None of them has a key." in hers.see(who)
    # The mentor who still has the page open sends nothing, and reads why.
    send(ama, look, answer="agree")
    for where in (look, page("desk-case", case)):
        assert "The person stopped the volunteers before this reply was sent." in see(ama, where)
    assert "We are here." not in see(ama, look) + hers.see(page("my-thread"))
    assert look not in see(ama, page("desk-reviews"))
    assert "The person keeps them out" in see(ama, page("desk-case", case))
    assert str(case) not in see(ama, page("desk-volunteers"))
    assert "Nobody gets a key by this alone." in hers.see(choice)
    assert browser.post(choice, {}).status_code == 422
    assert browser.post(choice, code).headers["Location"] == who
    see(vic, page("volunteer-case", case), status=404)
    send(ama, page("desk-volunteers"), cases=case, hours="4")
    see(vic, page("volunteer-case", case))
    assert "none of them gets a key later" in hers.see(choice)
    assert browser.post(choice, code).status_code == 303
    see(vic, page("volunteer-case", case), status=404)


def test_one_press_takes_a_person_whom_they_know_out_of_sight(people: dict[str, Client]) -> None:
    ama, lea = people["ama"], people["lea"]
    known, famous = came(), came()
    send(ama, page("desk-know", known.case))
    send(ama, page("desk-know", famous.case), move="leads")
    for her in (known, famous):
        see(ama, page("desk-case", her.case), status=404)
        assert str(her.case)[:8] not in see(ama, page("desk-queue", "waiting"))
    assert page("desk-case", famous.case) in see(lea, page("lead-cases"))
    assert page("desk-case", known.case) not in see(lea, page("lead-cases"))
    assert "I need help." in see(lea, page("desk-case", famous.case))
    assert page("desk-case", famous.case) in see(lea, reverse("work:home"))
    see(lea, page("desk-case", known.case), status=404)
    send(lea, page("desk-message", famous.case), words="I lead here.", once=uuid.uuid4(), step="send")
    assert read_case(famous.open()).messages[-1].words == "I lead here."
    send(lea, page("desk-let-go", famous.case))
