"""What can go wrong with change, programmes and referrals.

PerpetratorsError (a Refusal of the work surface: `reason` is what a page says)
├── TrialUnknown      there is no such trial of messages
├── ProgrammeUnknown  there is no such provider, programme or referrer
├── ReferralUnknown   there is none, or nothing of it that this reader may see
├── LinkUnknown       a link is unknown, or its time is over
├── StepImpossible    what should be noted does not fit where the referral stands
└── TakesNobody       a programme takes nobody now: `lacks` says why
"""

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal


class PerpetratorsError(Refusal):
    """Something about programmes, referrals or messages could not be done."""


class TrialUnknown(PerpetratorsError, Absent):
    """There is no such trial."""


class ProgrammeUnknown(PerpetratorsError, Absent):
    """There is no such provider, programme or referrer."""


class ReferralUnknown(PerpetratorsError, Absent):
    """There is no such referral, or nothing of it that this reader may see."""


class LinkUnknown(PerpetratorsError):
    """The link is unknown, or its time is over."""


class StepImpossible(PerpetratorsError):
    """It does not fit where the referral stands."""

    reason = mark("This is not possible as the referral stands now. Look at the referral again.")


class TakesNobody(PerpetratorsError):
    """A programme takes nobody now. `lacks`: why, as the rules name it."""

    reason = mark("This programme cannot take anybody now. See what it lacks, and choose another one.")

    def __init__(self, lacks: tuple[Labelled, ...]) -> None:
        self.lacks = lacks
        super().__init__()


class PerpetratorsMistake(Labelled):
    """What can be wrong with a value here, beside what can be wrong with any."""

    TRIAL_RUNS = (
        "trial_runs",
        mark("The trial “%(about)s” is still running. End it first: two at once would spoil each other"),
    )
    CODE_TAKEN = "code_taken", mark("There was already a trial with this code. Choose another")
    SAME_TEXT = "same_text", mark("Both texts are the same. Change one")
    NO_SUCH_SHARE = "no_such_share", mark("Together these would be more than everybody. Lower one of the two")
    NAME_TAKEN = "name_taken", mark("This name is already taken. Enter another one")
    WEEKS = (
        "weeks",
        mark("A programme for behaviour change lasts at least %(about)s weeks. Correct the weeks or the kind"),
    )
    PLACES = "places", mark("%(about)s people have a place now. Enter at least that many")
    ACCREDITED = "accredited", mark("Enter who accredited it and until when, or leave both empty")
    SERVICE = "service", mark("The directory has no service with this number. Copy it from the directory’s page")
    BEFORE = "before", mark("This is before %(about)s. Enter the day on which it happened")
    FUTURE = "future", mark("This is in the future. Enter the day on which it happened")
    TOO_FAR = "too_far", mark("This is more than two years ahead. Correct the day or the number of sessions")
    PLANNED = "planned", mark("A session is planned on %(about)s already. Choose another day")
    NOT_PLANNED = (
        "not_planned",
        mark("No session is planned on this day. Enter the day of the one that is cancelled"),
    )
    REASON = "reason", mark("Choose the reason from the list")
    NO_BASIS = (
        "no_basis",
        mark("Nobody is referred unless they agree or an order says so. Note the offer, or choose one of the two"),
    )
    CONTACT = "contact", mark("Say who it is and how to reach them: the provider can read it, and nobody else")
    NO_CONTACT = (
        "no_contact",
        mark("This provider uses a link and reads no names here. Leave this empty, and tell them the name yourself"),
    )
    NOT_FOR_YOU = "not_for_you", mark("This programme does not take people from you. Choose another one")
