"""What the record of referrals must say for each sentence about state on a person's pages."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from leeward.foundation.days import write_weekday
from leeward.foundation.labels import mark
from leeward.foundation.vault.operations import list_readers, reads
from leeward.victim.file.holders import is_helped, owes_word
from leeward.victim.file.operations.proofs import file_of
from leeward.victim.network.models import Referral, Turn
from leeward.victim.network.queries.members import unread_members
from leeward.victim.network.rules.turns import AHEAD, OPEN, ReferralState, TurnState
from leeward.victim.portal.rules.proofs import Proof, Shown

S, T = ReferralState, TurnState


def _told(shown: Shown) -> QuerySet[Referral, Any]:
    return Referral.objects.filter(file__reference=file_of(shown), is_told=True)


def _turns(shown: Shown) -> QuerySet[Turn, Any]:
    return Turn.objects.filter(referral__in=_told(shown)).select_related("member", "referral")


def _of_one(holds: Callable[[Referral, Shown], bool]) -> Proof:
    """Whether the record says so of one referral of theirs at least."""
    return lambda shown: any(holds(row, shown) for row in _told(shown))


def _of_turn(holds: Callable[[Turn, Shown], bool]) -> Proof:
    """Whether the record says so of one turn, of the service that the sentence names."""
    return lambda shown: any(
        holds(row, shown) for row in _turns(shown) if row.member.name == shown.said.get("name", row.member.name)
    )


def _is(state: ReferralState) -> Proof:
    return _of_one(lambda row, _shown: row.state is state)


def _helped(row: Referral) -> bool:
    return is_helped(row.file_id, team=row.team)


def _owed(row: Referral) -> bool:
    return row.ended_at is not None and owes_word(row.file_id, team=row.team, since=row.ended_at)


def _team_reads(row: Referral, shown: Shown) -> bool:
    return bool(reads(row.team, row.reference, now=shown.now))


def _is_last(row: Turn) -> bool:
    return not row.referral.turns.filter(state=T.AGREED).exists()


def _next_reads(row: Turn) -> bool:
    waiting = [each.member for each in row.referral.turns.filter(state=T.AGREED).select_related("member")]
    return len(unread_members(waiting)) < len(waiting)


def _offered(row: Turn, shown: Shown) -> bool:
    due = row.due_at is not None and write_weekday(row.due_at) == shown.said["day"]
    return row.state is T.OFFERED and due and _opens(row, shown)


def _opens(row: Turn, shown: Shown) -> bool:
    return any(each.id == row.member.team for each in list_readers({row.reference}, now=shown.now))


def _ends(row: Referral, shown: Shown) -> bool:
    return write_weekday(row.until) == shown.said["day"]


def _said_yes(shown: Shown) -> bool:
    """Whoever stands in the list of readers got a key by a yes; the forwarder may hold it for them."""
    agreed = _told(shown).filter(agreed_at__isnull=False, without="")
    name = shown.heading
    return agreed.filter(turns__member__name=name).exists() or (agreed.exists() and name.startswith("The machine"))


PROOFS: Mapping[str, Proof] = {
    mark("You said yes to asking them."): _said_yes,
    mark("We asked you whether others may help."): lambda shown: _told(shown).filter(without="").exists(),
    mark("What we would pass on only with your yes, word for word"): _of_one(lambda row, _shown: row.agreed_at is None),
    mark("That we asked you whether others may help"): _of_one(lambda row, _shown: row.agreed_at is None),
    mark("What you let us pass on, word for word"): _of_one(lambda row, _shown: row.agreed_at is not None),
    mark("That you said yes to passing it on"): _of_one(lambda row, _shown: bool(row.yes)),
    mark("It is waiting for your yes. Nothing is passed on before that."): _is(S.DRAFTED),
    mark("You took it back. Nobody else is asked."): _of_one(
        lambda row, shown: (
            row.state is S.WITHDRAWN
            and row.agreed_at is not None
            and not any(_opens(turn, shown) for turn in row.turns.select_related("member"))
        )
    ),
    mark("You said no. Nobody is asked."): _of_one(
        lambda row, _shown: row.state is S.WITHDRAWN and row.agreed_at is None
    ),
    mark("They say that it is done. Nobody else is asked."): _is(S.HELPED),
    mark("It came back from everybody you named."): _is(S.RETURNED),
    mark("The next one is asked now. You do not need to do anything."): _is(S.BETWEEN),
    mark("It is the helpline’s turn to talk with you about what to do next."): _of_one(
        lambda row, _shown: row.state is S.RETURNED and _owed(row)
    ),
    mark("You and the helpline can decide what to do next."): _of_one(
        lambda row, _shown: row.state is S.RETURNED and _helped(row) and not _owed(row)
    ),
    mark("Then it is the helpline’s turn to talk with you about what to do next."): _of_one(
        lambda row, _shown: row.state is S.DRAFTED and _helped(row)
    ),
    mark(
        "The helpline does not work on this now. Write to the helpline if you want somebody else to be asked."
    ): _of_one(lambda row, _shown: row.state in (S.DRAFTED, S.OPEN, S.RETURNED) and not _helped(row)),
    mark(
        "It is the turn of %(name)s. They have until %(day)s to answer. If they do not, the next one is asked."
    ): _of_turn(lambda row, shown: _offered(row, shown) and _next_reads(row)),
    mark(
        "It is the turn of %(name)s. They have until %(day)s to answer. Nobody who comes next can read it right now."
    ): _of_turn(lambda row, shown: _offered(row, shown) and not _is_last(row) and not _next_reads(row)),
    mark("Nobody there can open a referral right now."): _of_turn(
        lambda row, _shown: row.state in AHEAD and bool(unread_members([row.member]))
    ),
    mark(
        "It is the turn of %(name)s. They have until %(day)s to answer. Nobody else is on the list: if they "
        "cannot help, it is the helpline’s turn to talk with you about what to do next."
    ): _of_turn(lambda row, shown: _offered(row, shown) and _is_last(row) and _helped(row.referral)),
    mark(
        "It is the turn of %(name)s. They have until %(day)s to answer. Nobody else is on the list. The "
        "helpline does not work on this now. Write to the helpline if you want somebody else to be asked."
    ): _of_turn(lambda row, shown: _offered(row, shown) and _is_last(row) and not _helped(row.referral)),
    mark("%(name)s has a question. You or the helpline can answer it."): _of_turn(
        lambda row, shown: row.state is T.ASKED and _team_reads(row.referral, shown)
    ),
    mark("%(name)s has a question. You can answer it."): _of_turn(lambda row, _shown: row.state is T.ASKED),
    mark("%(name)s says that they will help. They have until %(day)s to begin."): _of_turn(
        lambda row, _shown: row.state is T.ACCEPTED
    ),
    mark("%(name)s says that they have begun."): _of_turn(lambda row, _shown: row.state is T.STARTED),
    mark("Nobody at %(name)s can read this right now."): _of_turn(
        lambda row, _shown: row.state in OPEN and bool(unread_members([row.member]))
    ),
    "Services that can open something of yours now: %(count)s. They can open none of it any more.": lambda shown: (
        len({row.member_id for row in _turns(shown) if _opens(row, shown)}) == int(shown.said["count"])
    ),
    mark("They are asked one after the other. Only the one whose turn it is can open anything."): _of_one(
        lambda row, shown: row.turns.count() > 1 and not any(_opens(each, shown) for each in row.turns.all())
    ),
    mark("Only they are asked. Nobody else is on the list."): _of_one(
        lambda row, _shown: row.state is S.DRAFTED and row.turns.count() == 1
    ),
    mark("None of them can open it after %(day)s."): _of_one(
        lambda row, shown: row.turns.count() > 1 and _ends(row, shown)
    ),
    mark("They cannot open it after %(day)s."): _of_one(
        lambda row, shown: row.turns.count() == 1 and _ends(row, shown)
    ),
    mark(
        "There is nothing here yet. The helpline passes something on when you say yes to it here, or by voice."
    ): lambda shown: not _told(shown).exists(),
}
