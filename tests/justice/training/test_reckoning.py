"""Due days are what the rows say, whatever came first; a roster and completions are kept whole, once, or not at all."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.editing.errors import FieldRefused
from leeward.foundation.editing.lines import LinesRefused
from leeward.foundation.holds.models import Hold
from leeward.foundation.lessons.catalogue import find_lesson
from leeward.foundation.signing.models import Revocation
from leeward.foundation.signing.rules.terms import Reason
from leeward.foundation.vault.errors import NotGranted
from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.vault.rules.grants import Keyring
from leeward.justice.training.errors import (
    CompletionUnknown,
    ExemptionUnknown,
    OwnExemption,
    RosterEndsMany,
    UploadChanged,
    UploadUnknown,
)
from leeward.justice.training.models import Completion, CourseVersion, Due, Exemption, Learner, Post, Upload, UploadPart
from leeward.justice.training.operations.certifying import certify
from leeward.justice.training.operations.completing import Day, DayKept, note_classroom, void_completion
from leeward.justice.training.operations.courses import NewVersion, publish_version
from leeward.justice.training.operations.employers import end_requirement
from leeward.justice.training.operations.exempting import NewExemption, agree_exemption, end_exemption, exempt
from leeward.justice.training.operations.people import forget_completions, forget_identities, open_employer
from leeward.justice.training.operations.reckoning import reckon_employer, reckon_stale
from leeward.justice.training.operations.trying import read_trial, try_upload
from leeward.justice.training.operations.uploads import find_upload, forget_uploads, keep_upload, read_part
from leeward.justice.training.operations.verbs import TrainingVerb
from leeward.justice.training.queries.people import due_now, read_board, state_is
from leeward.justice.training.rules.files import cut_roster, read_completions, read_roster
from leeward.justice.training.rules.terms import DueState, ExemptReason, JobRole, Result
from tests.foundation.holds.held import keep_held
from tests.justice.training.force import COURSE, DELTA, HEAD, NOW, OPERATOR, TODAY, Force, learner, person, require

pytestmark = pytest.mark.django_db


def installed(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    """Let each lesson be here in this version."""
    operation = "leeward.justice.training.operations.courses.find_lesson"
    monkeypatch.setattr(operation, lambda slug: replace(find_lesson(slug), version=version))


def dues() -> list[tuple[object, ...]]:
    rows = Due.objects.order_by("learner", "requirement", "start_on")
    return list(rows.values_list("learner", "requirement", "start_on", "until_on", "due_on", "full_on", "pending"))


def classroom(force: Force, on: date, *numbers: str, version: int = 2, result: Result = Result.PASSED) -> None:
    day = Day(course=COURSE, version=version, on=on, result=result, numbers=numbers)
    note_classroom(employer=force.employer, new=day, once=uuid.uuid4(), by=force.actor, now=NOW)


def opened(force: Force) -> OpenFile:
    return open_employer(force.employer, keyring=force.keyring, by=force.actor, now=NOW)


def test_due_days_are_rebuilt_from_what_happened(north: Force) -> None:
    classroom(north, date(2026, 2, 1), "P-1", "P-2")
    classroom(north, date(2026, 3, 1), "P-3", result=Result.FAILED)
    north.load(*(person(each) for each in range(10)), person(10, role="supervisor", started="2026-06-01"))
    require(roles=[JobRole.SUPERVISOR], from_on=date(2026, 5, 1))
    reckon_stale(limit=100)
    kept = dues()
    assert {row[4] for row in kept} >= {date(2027, 2, 1), date(2026, 4, 5), date(2026, 8, 30)}
    Due.objects.all().delete()
    reckon_employer(north.row)
    assert dues() == kept
    Due.objects.update(due_on=date(2030, 1, 1), lapses_on=date(2030, 2, 1), pending=9)
    reckon_employer(north.row)
    assert dues() == kept


def test_the_order_in_which_lists_arrive_does_not_matter(north: Force) -> None:
    lines = (
        f"P-1,{COURSE},2,2026-02-01,passed,0.9,a",
        f"P-1,{COURSE},2,2026-09-01,passed,,b",
        f"p-1 ,{COURSE},2,2026-10-01,failed,0.2,c",
    )
    found = set()
    for order in (lines, lines[::-1], (lines[1], lines[2], lines[0])):
        with transaction.atomic():
            for line in order:
                north.load_completions(line)
            found.add(tuple(dues()))
            transaction.set_rollback(True)
    assert len(found) == 1


def test_completions_count_once_and_can_be_taken_back(north: Force) -> None:
    line = f"P-1,{COURSE},2,2026-02-01,passed,0.9,"
    assert north.load_completions(line, line) == 1
    assert north.load_completions(line) == 0
    row = Completion.objects.get()
    assert Due.objects.get(learner=row.learner).due_on == date(2027, 2, 1)
    number = certify(learner=row.learner_id, completion=row.reference, mailbox="", by=north.actor, now=NOW)
    void_completion(completion=row.reference, employer=north.employer, by=north.actor, now=NOW)
    assert Revocation.objects.get(record__number=number).reason is Reason.MISTAKE
    assert Due.objects.get(learner=row.learner).due_on == date(2026, 4, 5)
    with pytest.raises(CompletionUnknown):
        void_completion(completion=row.reference, employer=north.employer, by=north.actor, now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Completion.objects.filter(pk=row.pk).update(on=TODAY)


def test_a_material_version_brings_the_day_nearer(north: Force) -> None:
    classroom(north, date(2026, 2, 1), "P-1")
    course = CourseVersion.objects.get().course
    for number, on in ((3, TODAY), (4, TODAY)):
        with transaction.atomic():
            CourseVersion.objects.create(
                course=course, number=number, lesson=COURSE, digest="x", delta=DELTA, is_material=number == 3,
                published_on=on, published_at=NOW, published_by="x",
            )  # fmt: skip
    reckon_employer(north.row)
    row = Due.objects.get(learner=learner(north, 1))
    assert (row.due_on, row.pending) == (TODAY + timedelta(days=60), 3)
    assert Due.objects.get(learner=learner(north, 2)).pending is None  # who never passed has nothing to refresh


def test_publishing_asks_for_a_reason_and_marks_who_is_touched(north: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FieldRefused, match="lesson"):  # published already
        publish_version(new=NewVersion(lesson=COURSE), by=OPERATOR, now=NOW)
    installed(monkeypatch, 3)
    new = NewVersion(lesson=COURSE, is_material=True, delta=DELTA)
    with pytest.raises(FieldRefused, match="why"):
        publish_version(new=new, by=OPERATOR, now=NOW)
    assert publish_version(new=NewVersion(**{**vars(new), "why": {"en": "Law"}}), by=OPERATOR, now=NOW) == 3
    assert north.row.stale_at is not None
    reckon_stale(limit=1)
    assert north.row.stale_at is None
    installed(monkeypatch, 4)
    with pytest.raises(FieldRefused, match="is_meant"):
        publish_version(new=NewVersion(**{**vars(new), "why": {"en": "Law"}}), by=OPERATOR, now=NOW)


def test_a_requirement_that_ended_asks_nothing_more(north: Force) -> None:
    [requirement] = {row.requirement.public_id for row in Due.objects.select_related("requirement")}
    end_requirement(requirement=requirement, by=OPERATOR, now=NOW)
    reckon_stale(limit=100)
    assert {row.until_on for row in Due.objects.all()} == {TODAY - timedelta(days=1)}
    assert not due_now(TODAY).exists()


# --- rosters ----------------------------------------------------------------------------------------------------------


def test_a_roster_says_who_is_new_moved_changed_and_gone(north: Force) -> None:
    lines = [person(each, team="North" if each < 6 else "South") for each in range(12)]
    again = north.load(*lines)
    assert (again.new, again.changed, again.moved, again.ended, again.same) == (0, 0, 0, 0, 12)
    lines[0] = person(0, team="East")
    lines[1] = person(1, role="investigator", started="2026-10-01")
    lines[2] = person(2, started="2026-02-01")
    counts = north.load(*lines[:11], person(30))
    assert (counts.new, counts.changed, counts.moved, counts.ended, counts.same) == (1, 1, 2, 1, 8)
    moved = learner(north, 1).posts.order_by("from_on")
    assert [(post.role, post.until_on) for post in moved] == [
        ("first_responder", date(2026, 9, 30)),
        ("investigator", None),
    ]
    assert learner(north, 11).left_on == TODAY
    back = north.load(*lines, person(30))  # the same file as a week ago: they are back
    assert back.ended == 0
    assert learner(north, 11).posts.get().until_on is None


def test_a_roster_that_ends_many_asks_again_and_nothing_is_half_kept(north: Force) -> None:
    with pytest.raises(RosterEndsMany):
        north.load(*(person(each) for each in range(9)), person(40), is_meant=False)
    assert Learner.objects.count() == 12
    assert not Post.objects.exclude(until_on=None).exists()
    upload = north.send_roster(*(person(each) for each in range(12)))
    with pytest.raises(UploadChanged):
        north.keep(upload, "0/0/0/0/0")
    assert Upload.objects.filter(reference=upload).exists()


def test_a_large_file_is_compared_in_pieces_that_stop_and_go_on(north: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leeward.justice.training.rules.files.PART_LINES", 5)
    lines = [person(each, team=f"Team {each % 4}") for each in range(24)]
    parts = cut_roster(read_roster("\n".join([HEAD, *lines]), domains=()))
    upload = keep_upload(employer=north.employer, kind=Upload.Kind.ROSTER, parts=parts, by=north.actor, now=NOW)

    def press(keyring: Keyring) -> tuple[int, int]:
        trial = try_upload(upload=upload, employer=north.employer, keyring=keyring, by=north.actor, now=NOW, seconds=0)
        return trial.done, trial.total

    assert press(north.keyring) == (1, 5)
    with pytest.raises(UploadUnknown):  # keys that do not open it leave it where it was
        press(())
    assert press(north.keyring) == (2, 5)
    with pytest.raises(UploadChanged):
        north.keep(upload, "0/0/0/0/0")
    assert Learner.objects.count() == 12
    north.compare(upload)
    counts = north.look(upload)
    # Somebody else has kept another roster meanwhile: all of it is compared again.
    north.load(*(person(each) for each in range(14)))
    assert not read_trial(upload=upload, employer=north.employer, now=NOW).done
    with pytest.raises(UploadChanged):
        north.keep(upload, north.look(upload).mark)
    assert press(north.keyring) == (1, 5)
    with pytest.raises(UploadChanged):
        north.keep(upload, counts.mark)
    north.compare(upload)
    counts = north.keep(upload, north.look(upload).mark)
    assert (counts.new, counts.ended, counts.of) == (10, 0, 14)
    assert Learner.objects.count() == Post.objects.count() == 24
    assert {team: north.row.units.count() for team in "x"} == {"x": 6}
    assert {row.unbox(opened(north), "name") for row in Learner.objects.all()} == {f"Officer {n}" for n in range(24)}
    with pytest.raises(UploadUnknown):
        north.keep(upload, counts.mark)


def test_addresses_may_change_hands(north: Force) -> None:
    lines = [person(each) for each in range(12)]
    lines[0], lines[1] = (
        lines[0].replace("p0@", "p1@"),
        lines[1].replace("p1@", "p0@"),
    )
    before = learner(north, 0).mailbox_index
    north.load(*lines)
    assert learner(north, 1).mailbox_index == before


@pytest.mark.parametrize(
    ("line", "column", "about"),
    [
        ("P-1,A,a@police.example,first_responder,N,2026-01-05,2026-01-04", "left_on", ""),
        ("P-1,A,a@police.example,first-responder,N,2026-01-05,", "role", "first_responder"),
        ("P-1,A,a@mail.example,first_responder,N,2026-01-05,", "email", "@police.example"),
        ("P-1,A,nobody,first_responder,N,2026-01-05,", "email", ""),
        (",A,,first_responder,N,2026-01-05,", "staff_number", 40),
        ("P-1,,,first_responder,N,2026-01-05,", "name", 200),
        ("P-1,A,,first_responder,N,5 January,", "started_on", ""),
    ],
)
def test_a_wrong_line_of_a_roster_is_named(line: str, column: str, about: object) -> None:
    with pytest.raises(LinesRefused) as refused:
        read_roster(f"{HEAD}\n{line}\nP-2,B,,supervisor,N,2026-01-05,", domains=["police.example"])
    [fault] = refused.value.faults
    assert (fault.line, fault.column) == (2, column)
    assert str(about) in str(fault.about)


def test_semicolons_and_a_number_twice() -> None:
    text = f"{HEAD}\nP-1,A,,supervisor,N,2026-01-05,\np -1,B,,supervisor,N,2026-01-05,".replace(",", ";")
    with pytest.raises(LinesRefused) as refused:
        read_roster(text, domains=())
    assert [(fault.line, fault.column, fault.about) for fault in refused.value.faults] == [(3, "staff_number", 2)]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (f"P-9,{COURSE},2,2026-02-01,passed,,", "staff_number"),
        ("P-1,first-respons,2,2026-02-01,passed,,", "course"),
        (f"P-1,{COURSE},3,2026-02-01,passed,,", "version"),
        (f"P-1,{COURSE},2,2026-01-01,passed,,", "completed_on"),  # before the version was published
        (f"P-1,{COURSE},2,2026-11-25,passed,,", "completed_on"),  # ahead of today
        (f"P-1,{COURSE},2,2026-02-01,done,,", "result"),
        (f"P-1,{COURSE},2,2026-02-01,passed,1.2,", "score"),
        (f"P-1,{COURSE},2,2026-02-01,passed,NaN,", "score"),
    ],
)
def test_a_wrong_line_of_completions_is_named(line: str, column: str) -> None:
    head = "staff_number,course,version,completed_on,result,score,source_id"
    with pytest.raises(LinesRefused) as refused:
        read_completions(
            f"{head}\n{line}",
            is_known=lambda number: number != "P-9",
            versions={COURSE: {2: date(2026, 1, 2)}},
            today=TODAY,
        )
    assert [(fault.line, fault.column) for fault in refused.value.faults] == [(2, column)]


# --- who reads, who is exempt, who is forgotten -----------------------------------------------------------------------


def test_only_an_employers_own_key_opens_its_people(forces: tuple[Force, Force]) -> None:
    north, south = forces
    with pytest.raises(NotGranted):
        open_employer(north.employer, keyring=south.keyring, by=south.actor, now=NOW)
    upload = keep_upload(employer=north.employer, kind=Upload.Kind.ROSTER, parts=["x"], by=north.actor, now=NOW)
    file = find_upload(upload=upload, employer=north.employer)
    assert read_part(file, 0, keyring=north.keyring) == "x"
    with pytest.raises(UploadUnknown):
        read_part(file, 0, keyring=south.keyring)
    with pytest.raises(UploadUnknown):
        find_upload(upload=upload, employer=south.employer)


def test_the_same_number_of_two_employers_has_two_blind_names(forces: tuple[Force, Force]) -> None:
    north, south = forces
    north_index = learner(north, 1).number_index
    south.load(person(1))
    assert not Learner.objects.filter(employer=south.row, number_index=north_index).exists()


def test_an_exemption_leaves_both_figures_and_a_long_one_needs_two(north: Force) -> None:
    until = TODAY + timedelta(days=200)
    new = NewExemption(reason=ExemptReason.LEAVE, from_on=TODAY, until_on=until)
    about = learner(north, 1).reference
    exemption = uuid.uuid4()
    for _twice in range(2):
        exempt(learner=about, employer=north.employer, new=new, exemption=exemption, by=north.actor, now=NOW)
    opened = open_employer(north.employer, keyring=north.keyring, by=north.actor, now=NOW)
    [team, *_rest], _roles = read_board(north.employer, opened=opened, today=TODAY)
    assert (team.tally.people, team.tally.exempt) == (6, 0)
    with pytest.raises(OwnExemption):
        agree_exemption(exemption=exemption, employer=north.employer, by=north.actor, now=NOW)
    agree_exemption(exemption=exemption, employer=north.employer, by=OPERATOR, now=NOW)
    with pytest.raises(ExemptionUnknown):
        agree_exemption(exemption=exemption, employer=north.employer, by=OPERATOR, now=NOW)
    [team, *_rest], _roles = read_board(north.employer, opened=opened, today=TODAY)
    assert (team.about, team.tally.people, team.tally.exempt) == ("North", 5, 1)
    assert due_now(TODAY).filter(state_is(DueState.EXEMPT, TODAY)).count() == 1
    for wrong in (TODAY - timedelta(days=1), TODAY + timedelta(days=800)):
        new = NewExemption(reason=ExemptReason.LEAVE, from_on=TODAY, until_on=wrong)
        with pytest.raises(FieldRefused, match="until_on"):
            exempt(learner=about, employer=north.employer, new=new, exemption=uuid.uuid4(), by=OPERATOR, now=NOW)


def test_what_joins_is_one_exemption_and_needs_two_together(north: Force) -> None:
    about = learner(north, 1).reference

    def ask(first: int, days: int) -> Exemption:
        """Exempt for so many days, from so many days after today on."""
        start, exemption = TODAY + timedelta(days=first), uuid.uuid4()
        new = NewExemption(reason=ExemptReason.LEAVE, from_on=start, until_on=start + timedelta(days=days - 1))
        exempt(learner=about, employer=north.employer, new=new, exemption=exemption, by=north.actor, now=NOW)
        return Exemption.objects.get(reference=exemption)

    first = ask(0, 180)
    assert not first.needs_second
    assert ask(180, 1).needs_second
    assert ask(186, 1).needs_second  # six free days between
    far = ask(400, 170)
    assert not far.needs_second
    assert ask(389, 10).needs_second is False  # 180 with the one that follows
    assert ask(380, 5).needs_second
    # Ended before it began, or refused: it counts no more. Ended in it: until that day.
    end_exemption(exemption=far.reference, employer=north.employer, by=OPERATOR, now=NOW)
    assert not ask(409, 100).needs_second
    end_exemption(exemption=first.reference, employer=north.employer, by=OPERATOR, now=NOW + timedelta(days=170))
    assert ask(171, 10).needs_second


def test_a_classroom_day_sent_twice_stands_once(north: Force) -> None:
    def send(*numbers: str, result: Result = Result.PASSED) -> DayKept:
        day = Day(course=COURSE, version=2, on=date(2026, 2, 1), result=result, numbers=numbers)
        return note_classroom(employer=north.employer, new=day, once=uuid.uuid4(), by=north.actor, now=NOW)

    assert send("P-1", "P-2") == DayKept(new=2, known=0)
    assert send("P-1", "P-2", "P-3") == DayKept(new=1, known=2)
    assert send("P-1", result=Result.FAILED) == DayKept(new=1, known=0)
    row = Completion.objects.get(learner=learner(north, 2))
    void_completion(completion=row.reference, employer=north.employer, by=north.actor, now=NOW)
    assert send("P-1", "P-2") == DayKept(new=1, known=1)  # what was taken back is noted anew


def test_who_left_a_year_ago_is_forgotten_and_what_they_passed_stays(north: Force) -> None:
    classroom(north, date(2026, 2, 1), "P-11")
    gone = learner(north, 11)
    north.load(*(person(each) for each in range(11)))
    assert forget_identities(now=NOW + timedelta(days=365), limit=10) == 0
    later = datetime(2027, 11, 26, 12, tzinfo=UTC)
    keep_held("learner", gone.reference, at=later)
    assert forget_identities(now=later, limit=10) == 0
    Hold.objects.all().delete()
    assert forget_identities(now=later, limit=10) == 1
    gone.refresh_from_db()
    assert (gone.name, gone.number, gone.number_index, gone.mailbox, gone.unit) == ("", "", "", "", None)
    assert gone.completions.count() == 1
    assert Due.objects.filter(learner=gone).exists()
    # What is left of them, without a name, goes seven years after their last day; the trail has a line for it.
    assert forget_completions(now=datetime(2033, 11, 24, 12, tzinfo=UTC), limit=10) == 0
    years_later = datetime(2033, 11, 26, 12, tzinfo=UTC)
    keep_held("learner", gone.reference, at=years_later)
    assert forget_completions(now=years_later, limit=10) == 0
    Hold.objects.all().delete()
    assert forget_completions(now=years_later, limit=10) == 1
    assert not Learner.objects.filter(pk=gone.pk).exists()
    assert not Completion.objects.exists()
    proof = AuditEvent.objects.get(verb=TrainingVerb.COMPLETIONS_FORGOTTEN.value)
    assert (proof.subject_reference, json.loads(proof.facts)) == (str(gone.reference), {"completions": 1, "posts": 1})


def test_a_file_that_nobody_keeps_goes_after_a_day(north: Force) -> None:
    north.send_roster(person(1))
    assert forget_uploads(now=NOW + timedelta(hours=23), limit=9) == 0
    assert forget_uploads(now=NOW + timedelta(hours=25), limit=9) == 1
    assert not UploadPart.objects.exists()
