"""What the helpline keeps under a code, counted, for the page on which its person erases everything."""

from datetime import datetime

from leeward.foundation.labels import mark
from leeward.victim.file.operations.files import her_file
from leeward.victim.helpline.models import Case, Complaint, PlanVersion
from leeward.victim.helpline.rules.calls import CallState
from leeward.victim.portal.holders import HeldCount
from leeward.victim.portal.rules.visits import Bearer


def count_hers(bearer: Bearer, _now: datetime) -> tuple[HeldCount, ...]:
    """Count what the helpline erases with everything.

    Whoever types for the person learns nothing of what they told those who lead the helpline.
    """
    file = her_file(bearer)
    if file is None:
        return ()
    wrongs = 0 if bearer.typist else Complaint.objects.filter(file__reference=file).count()
    told = HeldCount(
        words=mark("What you said went wrong, and the answers"), count=wrongs, tables=("helpline.Complaint",)
    )
    case = Case.objects.filter(file__reference=file).first()
    return (told,) if case is None else (*_of_case(case), told)


def _of_case(case: Case) -> tuple[HeldCount, ...]:
    helps = case.helps.all()
    waits = hasattr(case, "call_back") and case.call_back.state is CallState.ASKED
    return (
        HeldCount(
            words=mark("What you told the helpline, and your wishes"),
            count=None,
            tables=("helpline.Case", "helpline.CaseEvent"),
        ),
        HeldCount(
            words=mark("Help that you asked for"), count=helps.exclude(ended_at=None).count(), tables=("helpline.Help",)
        ),
        HeldCount(
            words=mark("Help you asked for, not ended yet"),
            count=helps.filter(ended_at=None).count(),
            tables=("helpline.Help",),
            note=mark("It ends."),
        ),
        HeldCount(
            words=mark("A call that you asked for"),
            count=int(waits),
            tables=("helpline.CallBack",),
            note=mark("Nobody calls you."),
        ),
        HeldCount(
            words=mark("Versions of your plan to stay safe, and changes that the helpline suggests"),
            count=PlanVersion.objects.filter(case=case).count(),
            tables=("helpline.PlanVersion",),
        ),
        HeldCount(words=mark("The helpline’s notes on its own work"), count=None, tables=NOTES),
    )


NOTES = (
    "helpline.Note",
    "helpline.Review",
    "helpline.Assessment",
    "helpline.Lent",
    "helpline.StandIn",
    "helpline.Recusal",
    "helpline.Listener",
    "helpline.CallBack",
)
