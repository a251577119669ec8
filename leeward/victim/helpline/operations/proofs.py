"""What the helpline's record must say for each sentence about state on a person's pages."""

from collections.abc import Callable, Mapping

from leeward.foundation.days import write_day
from leeward.foundation.labels import mark
from leeward.foundation.pages.queries import texts_in_force
from leeward.foundation.vault.operations import open_file, reads
from leeward.foundation.vault.rules.grants import Keyring
from leeward.foundation.work.doors import is_open as door_is_open
from leeward.victim.file.operations.proofs import file_of
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import CallBack, Case, Complaint, PlanVersion
from leeward.victim.helpline.queries.cases import LEADS, TEAM, VOLUNTEERS
from leeward.victim.helpline.rules.advice import Advice
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.helpline.rules.cases import ENDS, CaseState, EventKind
from leeward.victim.helpline.rules.plans import PlanState
from leeward.victim.portal.rules.proofs import Proof, Shown
from leeward.victim.removals.queries.desk import DESK_TEAM


def _of_case(holds: Callable[[Case, Shown], bool]) -> Proof:
    """Ask the case of whoever's page it is; without one no sentence about it is so."""

    def is_so(shown: Shown) -> bool:
        case = Case.objects.select_related("thread").filter(file__reference=file_of(shown)).first()
        return case is not None and holds(case, shown)

    return is_so


def _can_read(case: Case, shown: Shown) -> bool:
    return any(reads(team, case.thread.reference, now=shown.now) for team in (TEAM, LEADS))


def _ended_by(case: Case, kind: EventKind) -> bool:
    last = case.events.filter(kind__in=ENDS).order_by("ordinal").last()
    return case.state is CaseState.CLOSED and last is not None and last.kind is kind


def _waits(case: Case, shown: Shown, *, is_due: bool) -> bool:
    is_late = case.promise_due is not None and case.promise_due <= shown.now
    return case.waiting_since is not None and case.promise_due is not None and is_late is is_due


def _unread(case: Case, shown: Shown) -> bool:
    rows = case.thread.messages.filter(side=Side.TEAM, read_at=None)
    return shown.said["date"] in {write_day(row.at) for row in rows}


def _is_told_wrong(shown: Shown) -> bool:
    return Complaint.objects.filter(file__reference=file_of(shown)).exists()


def _is_answered(shown: Shown) -> bool:
    rows = Complaint.objects.filter(file__reference=file_of(shown), read_at=None)
    days = {write_day(row.answered_at) for row in rows if row.answered_at}
    return shown.said["date"] in days


def _is_lent(case: Case, shown: Shown) -> bool:
    return bool(reads(VOLUNTEERS, case.thread.reference, now=shown.now))


def _has_changed(case: Case, shown: Shown) -> bool:
    """Whether the text of a page that they were given is not the one that is shown now, by its digest."""
    keyring = Keyring(shown.bearer.key)
    thread = open_file(file=case.thread.reference, keyring=keyring, by=shown.bearer.by, now=shown.now)
    for each in Advice.from_text(case.unbox(thread, "advice")).pages:
        found = texts_in_force([each.code], each.language).get(each.code)
        if found is None or found.text.sha256 != each.sha256:
            return True
    return False


PROOFS: Mapping[str, Proof] = {
    mark("A page that we gave you has changed since then."): _of_case(_has_changed),
    mark("This page has changed since we gave it to you."): _of_case(_has_changed),
    mark(
        "Nobody at the helpline can read this right now. It stays here for them. If you need somebody now, call."
    ): _of_case(lambda case, _shown: not door_is_open(case.team)),
    mark("You asked the helpline for help."): _of_case(lambda _case, _shown: True),
    mark("You and the people at the helpline can read this. The removal desk cannot."): _of_case(
        lambda case, shown: _can_read(case, shown) and not reads(DESK_TEAM, case.thread.reference, now=shown.now)
    ),
    mark("The helpline can suggest something, and you take it or leave it."): _of_case(_can_read),
    mark("We do not read it at once. Do you want an answer?"): _of_case(_can_read),
    mark("You stopped this. The helpline cannot open it any more. If you write again, they can."): _of_case(
        lambda case, shown: _ended_by(case, EventKind.STOPPED) and not _can_read(case, shown)
    ),
    mark("The helpline ended its work on this on %(date)s. If you write again, it goes on."): _of_case(
        lambda case, shown: (
            _ended_by(case, EventKind.CLOSED)
            and case.closed_at is not None
            and write_day(case.closed_at) == shown.said["date"]
        )
    ),
    mark("It is our turn. We promise an answer by %(due)s."): _of_case(
        lambda case, shown: _waits(case, shown, is_due=False) and _can_read(case, shown)
    ),
    mark("We promised an answer by %(due)s. You have none, and we are sorry. It is still our turn."): _of_case(
        lambda case, shown: _waits(case, shown, is_due=True) and _can_read(case, shown)
    ),
    mark("It is our turn to answer. You read the answer here."): _of_case(
        lambda case, shown: case.waiting_since is not None and case.promise_due is None and _can_read(case, shown)
    ),
    mark("We answered. It is your turn, if you like. You do not have to."): _of_case(
        lambda case, shown: case.waiting_since is None and case.answered_at is not None and _can_read(case, shown)
    ),
    mark("You have nothing to do now. We look at it again on %(date)s. You can write before that."): _of_case(
        lambda case, shown: (
            case.review_on is not None and write_day(case.review_on) == shown.said["date"] and _can_read(case, shown)
        )
    ),
    mark("The helpline wrote to you on %(date)s."): _of_case(_unread),
    mark("The helpline suggests a change to your plan."): _of_case(
        lambda case, _shown: PlanVersion.objects.filter(case=case, state=PlanState.WAITS).exists()
    ),
    mark("Those who lead the helpline answered you on %(date)s."): _is_answered,
    mark("We will call you %(begin)s, or after that until %(end)s."): _of_case(
        lambda case, shown: (
            CallBack.objects.filter(case=case, state=CallState.ASKED).exists() and _can_read(case, shown)
        )
    ),
    mark("You have nothing to do now."): _of_case(
        lambda case, shown: shown.path != "/status/messages" and case.waiting_since is None
    ),
    "Help you asked for, not ended yet: %(count)s. It ends.": _of_case(
        lambda case, shown: case.helps.filter(ended_at=None).count() == int(shown.said["count"])
    ),
    mark("You told them that something went wrong."): _is_told_wrong,
    mark("Somebody at the helpline knows you, so those who lead it help you."): _of_case(
        lambda case, _shown: case.team == LEADS
    ),
    mark("The helpline asked them to help you on this shift."): _of_case(_is_lent),
    mark("You keep volunteers out. None of them has a key."): _of_case(
        lambda case, shown: not case.may_be_lent and not _is_lent(case, shown)
    ),
    mark("The helpline may ask volunteers to help on a shift."): _of_case(lambda case, _shown: case.may_be_lent),
}
