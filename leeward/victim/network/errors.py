"""What the network refuses, by name, each with words that say what is wrong and how to mend it.

NetworkError
├── ReferralUnknown      no such referral, or not one of yours
├── LooksSpent           an entry was opened as often as it may be on one day
├── TurnMovedOn          it is not with this member any more; who has it now is not said
├── ClaimedByAnother     a colleague is on it
├── StepImpossible       what was asked does not fit where the turn stands
├── YesMissing           nothing is passed on without the person's yes
├── NeedMissing          it is passed on without a yes, and nobody says why, or why each thing is needed
├── DraftChanged         what the person read is not what would be passed on now
├── ReceiverRefused      somebody among those who are to be asked cannot be asked; `why` says why
├── ReceiversRefused     nobody is to be asked, more than three are, or one of them twice
├── ReleaseRefused       nothing is to be passed on, or it has no good end
├── MeetingActionRefused what a meeting decided has no words, no organisation or no good day
├── MemberUnknown        no such member, or no such service of theirs
├── TermsRefused         the protocol promises less than all members do
├── MailUnsent           the mail that carries a link could not be written
├── ProtocolEnded        the organisation's protocol has ended: nothing opens for it
├── ProtocolChanged      what was accepted is not what they have signed now
├── CapacityRefused      room was said for a kind of help that they do not take, or with odd numbers
├── CountsRefused        what was counted of trained people is no count
├── TacticUnknown        no such tactic
├── UnagreedSighting     a tactic is noted of somebody who has not agreed to be counted
├── SightingsTooMany     so many tactics count for one person already
├── AlertUnknown         no such alert, or it has not left yet
├── AlertUnwritten       an alert is signed before it says what helps now
├── AlertMoved           somebody else has signed it, thrown it away or worded it anew
├── AnswersTooMany       so many answers to one alert are kept already
├── GapUnknown           no such gap
├── AppliedTwice         an organisation asks to join that has asked, or is a member
└── StillTheirs          a member is no applicant any more, so it cannot be told no
"""

from leeward.foundation.labels import Labelled, mark
from leeward.foundation.work.errors import Absent, Refusal


class WhyNot(Labelled):
    """Why a member is not proposed, or cannot be asked; the first four are never overruled."""

    NOT_SIGNED = "not_signed", mark("They have not signed the protocol, or it is suspended.")
    ENDED = "ended", mark("Their protocol has ended.")
    KIND = "kind", mark("They do not give this kind of help.")
    UNREAD = "unread", mark("Nobody there can open a referral right now.")
    AREA = "area", mark("They do not work in this area.")
    LANGUAGE = "language", mark("Nobody there speaks this language.")
    FULL = "full", mark("They have no room now.")
    UNTRAINED = "untrained", mark("Fewer than 80 in 100 of their people have training in date.")
    PASSES_ON = "passes_on", mark("By law they must pass on something that the person fears.")
    LOCAL = (
        "local",
        mark("They work in one area, and somebody there may know the person. Ask them only if the person names them."),
    )
    SECTOR = "sector", mark("The person wishes that nobody of their work is asked.")


class CountAllowed(Labelled):
    """What stands in a line of counts of trained people; what was sent is something else."""

    MEMBER = "member", mark("Enter the name or the id of a member")
    REQUIREMENT = "requirement", mark("Enter a code of small letters, digits and hyphens, such as image-abuse-care")
    ONCE = "once", mark("Enter each training once for each member")
    PEOPLE = "people", mark("Enter a whole number from 1 to %(about)s")
    IN_DATE = "in_date", mark("Enter a whole number from 0 to the number of people")
    DAY = "day", mark("Enter today or a day that is over, such as 2026-11-24")


class ListAllowed(Labelled):
    """What stands in a line of the list of members; what was sent is something else."""

    NAME = "name", mark("Enter a name of at most %(about)s characters, or the id of a member")
    SERVICE = "service", mark("Enter the id of a service of the directory")
    TAKEN = "taken", mark("This service is another member’s")
    OTHERS = "others", mark("This service belongs to another organisation than the member’s other services")
    ONCE = "once", mark("Enter each service once")
    KINDS = "kinds", mark("Enter one or more of these, with spaces between them: %(about)s")
    LANGUAGES = "languages", mark("Enter one or more codes of languages that the directory knows, such as: %(about)s")
    SIGNED = "signed", mark("Enter today or a day that is over, such as 2026-11-24, the same on each line of a member")
    UNTIL = "until", mark("Enter a day that is not before signed_on, the same on each line of a member")
    GONE = "gone", mark("This member has left. Let it sign again on its own page.")


class FileMistake(Labelled):
    """What is wrong with a file of a referral, or with a status that a member's program sends."""

    LARGE = "large", mark("The file is too large: at most %(about)s KB")
    TEXT = "text", mark("The file is not text in UTF-8")
    JSON = "json", mark("Line %(about)s is not JSON. Export the file again.")
    DEEP = "deep", mark("The file is nested too deeply")
    BUNDLE = "bundle", mark("resourceType: enter Bundle or Task")
    ENTRIES = "entries", mark("Bundle.entry: at most %(about)s, each with a resource")
    TASKS = "tasks", mark("Bundle.entry: exactly one Task is needed")
    OTHER_TURN = "other_turn", mark("Task.identifier: this is the file of another referral")
    CODE = "code", mark("%(where)s: enter one of %(about)s")
    TEXT_NEEDED = "text_needed", mark("Task.statusReason.text: say why in words")
    FUTURE = "future", mark("at: enter a time with its zone that is not in the future")


class PracticeMistake(Labelled):
    """What is wrong with a practice."""

    PAGE = "page", mark("Choose a page that everybody can read now")
    TWICE = "twice", mark("This page is already among the practices")
    REVIEW = "review", mark("Choose a day after today, within two years")


class ReviewMistake(Labelled):
    """What is wrong with what a member says of a path's page."""

    MEMBER = "member", mark("Only a member whose protocol is in force today can say this")
    DAY = "day", mark("Choose a day after today, within a year")


class AlertMistake(Labelled):
    """What is wrong with what is done with an alert."""

    OWN = "own", mark("You wrote this alert. Ask somebody else to read it and to let it be sent.")


class NetworkError(Refusal):
    """The family of errors that this app raises; `reason` is what a page says."""


class ReferralUnknown(NetworkError, Absent):
    """Raised alike for what is absent and for what the reader may not see."""

    reason = mark("There is no such referral, or it is not one that you may open.")


class LooksSpent(NetworkError):
    """An entry was opened as often as a member may on one day."""

    reason = mark("This entry was opened very often today. You can open it again tomorrow.")


class TurnMovedOn(NetworkError):
    """It is not with this member any more."""

    reason = mark("This is no longer with you. You do not need to do anything.")


class ClaimedByAnother(NetworkError):
    """A colleague is on it."""

    reason = mark("A colleague is on this. Talk to them, or wait until it is free.")


class StepImpossible(NetworkError):
    """It does not fit where the turn stands."""

    reason = mark("This is not possible as the referral stands now. Load the page again and look.")


class YesMissing(NetworkError):
    """There is no yes of the person's."""

    reason = mark("Nothing is passed on without the person’s yes. Write down what they said, or let them say it here.")


class NeedMissing(NetworkError):
    """Without a yes each thing is chosen with its reason."""

    reason = mark("Say why it is passed on without their yes, and why each thing is needed.")


class DraftChanged(NetworkError):
    """It was changed after the person had read it."""

    reason = mark("This was changed meanwhile. Read it again before you say yes.")


class ReceiverRefused(NetworkError):
    """Somebody cannot be asked. `service`: which of those that were named."""

    def __init__(self, why: WhyNot, *, service: object = None) -> None:
        super().__init__(why.label)
        self.why, self.service, self.reason = why, service, why.label


class ReceiversRefused(NetworkError):
    """Too few, too many, or one twice."""

    reason = mark("Name one to three services, each once.")


class ReleaseRefused(NetworkError):
    """What is to be passed on is not whole."""

    reason = mark("Say what each of them gets, and until when: a day after today, within a year.")


class MeetingActionRefused(NetworkError):
    """It says not what, who or until when."""

    reason = mark("Say what is to be done, which organisation does it, and by which day: from today on, within a year.")


class MemberUnknown(NetworkError, Absent):
    """Raised alike for what is absent and for what is another member's."""

    reason = mark("There is no such member, or no such service of theirs.")


class TermsRefused(NetworkError):
    """The protocol may promise more than all members do, never less."""

    reason = mark(
        "A member answers within 2 open days, or 4 open hours where it is urgent, and begins within 5 open days, or 1. "
        "Their protocol may say less time, not more."
    )


class MailUnsent(NetworkError):
    """Without it nobody could come in: the next one is asked."""

    reason = mark("The mail with the link could not be written.")


class ProtocolChanged(NetworkError):
    """It is not the version that they have signed now."""

    reason = mark("Your protocol was changed meanwhile. Read it again.")


class ProtocolEnded(NetworkError):
    """The organisation's protocol has ended, and with it all access."""

    reason = mark(
        "Your protocol with the network has ended, so nothing opens here. Ask the network’s secretary to sign it again."
    )


class AppliedTwice(NetworkError):
    """It has asked, or is a member."""

    reason = mark("This organisation has already asked, or is a member. The network’s secretary will tell you.")


class StillTheirs(NetworkError):
    """Only who has asked and not signed can be told no."""

    reason = mark("This organisation has signed. End its membership instead.")


class CapacityRefused(NetworkError):
    """It does not fit."""

    reason = mark("Choose a kind of help that this service gives. Places and days are numbers from 0 to 999.")


class CountsRefused(NetworkError):
    """It is no count of people, it names one training twice, or its day is still to come."""

    reason = mark(
        "Give each training once, by a code of small letters, digits and hyphens, and how many people of at least one "
        "have it in date, as of today or a day that is over."
    )


class TacticUnknown(NetworkError, Absent):
    """It is not there."""

    reason = mark("There is no such tactic.")


class UnagreedSighting(NetworkError):
    """Nobody counts without their own yes to statistics, in the room that they told it."""

    reason = mark("This person has not agreed to be counted, so nothing of theirs is. Only they can say yes.")


class SightingsTooMany(NetworkError):
    """Nobody meets so many."""

    reason = mark("Ten tactics count for this person already. More than that is not counted.")


class AlertUnknown(NetworkError, Absent):
    """Raised alike for what is absent and for what the reader may not see yet."""

    reason = mark("There is no such alert.")


class AlertUnwritten(NetworkError):
    """It would say nothing that helps."""

    reason = mark("First write what is done and what helps now.")


class AlertMoved(NetworkError):
    """It was signed, thrown away or worded anew meanwhile."""

    reason = mark("Somebody was quicker: this alert has changed. Load the page again and look.")


class AnswersTooMany(NetworkError):
    """There is no room for one more."""

    reason = mark("So many answers to this alert are kept that there is no room for more. Write to the network.")


class GapUnknown(NetworkError, Absent):
    """It is not there."""

    reason = mark("There is no such gap.")
