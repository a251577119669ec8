"""What happened to a case, as its timeline tells it: who did what, when, in words."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leeward.foundation.audit.rules import ActorKind
from leeward.foundation.web.components import Text
from leeward.foundation.web.timeline import Entry
from leeward.foundation.web.words import word
from leeward.foundation.work.inherited import SecondLookLine
from leeward.victim.helpline.queries.cases import EventView, NoteView
from leeward.victim.helpline.rules.cases import CallOutcome, CaseSource, Reopening
from leeward.victim.helpline.rules.helps import HelpKind, Met
from leeward.victim.removals.rules.reports import Band

PERSON, STAFF, NOTES = "person", "staff", "notes"
KINDS: Mapping[str, Text] = {
    PERSON: gettext_lazy("The person"),
    STAFF: gettext_lazy("Staff"),
    NOTES: gettext_lazy("Notes"),
}
ACTORS: Mapping[ActorKind, Text] = {
    ActorKind.PERSON: gettext_lazy("the person"),
    ActorKind.TYPIST: gettext_lazy("the person, typed for them"),
    ActorKind.STAFF: gettext_lazy("the helpline"),
    ActorKind.SYSTEM: gettext_lazy("by itself"),
    ActorKind.OPERATOR: gettext_lazy("an operator"),
}
HERS = frozenset({ActorKind.PERSON, ActorKind.TYPIST})
# Words of the codes that stand beside an event.
CODES = (CaseSource, Band, CallOutcome, HelpKind, Reopening, Met)
CHANGED: Mapping[str, Text] = {
    "needs": gettext_lazy("How they wish to be treated"),
    "contact": gettext_lazy("How to reach them"),
    "story": gettext_lazy("What happened"),
}

type Names = Mapping[str, str]


def tell_case(
    events: Iterable[EventView], *, notes: Iterable[NoteView], reviews: Iterable[SecondLookLine], names: Names
) -> Iterator[Entry]:
    """Everything that happened to a case, besides what was written: that stands in the thread."""
    for event in events:
        kind = ActorKind(event.actor_kind)
        who = names.get(event.actor_reference, ACTORS[kind]) if kind is ActorKind.STAFF else ACTORS.get(kind, "")
        coded = (word(each(event.code)) for each in CODES if event.code in set(each))
        fact = CHANGED.get(event.code) or next(coded, "")
        yield Entry(
            at=event.at,
            who=who,
            what=word(event.kind),
            kinds=frozenset({PERSON if kind in HERS else STAFF}),
            facts=(fact,) if fact else (),
        )
    for note in notes:
        yield Entry(
            at=note.at,
            who=names.get(note.by, _("A colleague")),
            what=_("Note for staff"),
            kinds=frozenset({STAFF, NOTES}),
            words=note.words,
        )
    for review in reviews:
        yield Entry(
            at=review.asked_at,
            who=names.get(review.asked_by, _("A colleague")),
            what=_("Asked for a second person: %(kind)s") % {"kind": word(review.kind)},
            kinds=frozenset({STAFF}),
            tags=(review.state,),
        )
