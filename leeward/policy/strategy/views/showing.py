"""What templates of the strategy ask for beside the entries themselves: words, bars, the model, and the history."""

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from leeward.foundation.editing.telling import Telling
from leeward.foundation.protection.printed import exact
from leeward.foundation.web.charts import Bar, Bars, Drawn, Unit, draw
from leeward.foundation.web.words import told, word
from leeward.policy.strategy import words
from leeward.policy.strategy.queries.addresses import list_addresses
from leeward.policy.strategy.queries.forum import list_meetings, list_members
from leeward.policy.strategy.queries.mapping import list_stakeholders
from leeward.policy.strategy.queries.model import indicators_of, model_rows, named_items, query_of
from leeward.policy.strategy.queries.plan import Reader, list_actions
from leeward.policy.strategy.queries.registers import list_agreements, list_standards
from leeward.policy.strategy.rules.mapping import Coverage, Mapped
from leeward.policy.strategy.rules.plan import Progress
from leeward.policy.strategy.rules.terms import EntryKind, Level, Sector, Status, StrategyVerb
from leeward.policy.strategy.words import numbers, progress
from leeward.victim.network.queries.alerts import alerts_acted_on

__all__ = ["HISTORY", "LEGEND", "STEPS", "indicators_of", "named_items", "numbers", "progress", "query_of"]

# The order in which a bar is drawn: what is done first, what does not move last.
BAR = (Status.DONE, Status.UNDER_WAY, Status.BLOCKED, Status.NOT_STARTED)
LEGEND = (*BAR, Status.DROPPED)
# The grid of influence and interest: much first, and what is not known apart at the end.
STEPS = (Level.HIGH, Level.SOME, Level.LOW, Level.UNKNOWN)


def bar(of: Progress) -> list[dict[str, str]]:
    """The parts of a bar: where each begins and how wide it is, in hundredths of the whole with two decimals."""
    parts, at = [], 0.0
    for each in BAR:
        width = round(100 * of.counts[each] / of.total, 2) if of.total else 0.0
        if width:
            parts.append({"status": each.value, "x": f"{at:g}", "width": f"{width:g}"})
        at = round(at + width, 2)
    return parts


def title_of(row_id: str) -> str:
    """A capability's title; "" for one that the model does not have any more."""
    return next((gettext(row.title) for row in model_rows() if row.id == row_id), "")


def sectors() -> list[str]:
    """The heads of the columns of a coverage."""
    return [_("NGO") if sector is Sector.NGO else word(sector) for sector in Sector]


def by_sector(of: Coverage) -> Drawn:
    """How many organisations of each sector are on the map, as bars."""
    return draw(
        Bars(
            key="sectors",
            title=_("Organisations by sector"),
            of=_("Sector"),
            measure=_("Organisations"),
            bars=tuple(
                Bar(name=word(sector), amount=exact(number))
                for sector, number in zip(Sector, of.by_sector, strict=True)
            ),
            unit=Unit.COUNT,
            sentence="",
        )
    )


def mapped_name(of: Mapped) -> str:
    """An organisation's name; one that must not be named has none."""
    return of.name if of.named else _("An organisation that is not named")


def paragraphs(typed: str) -> list[str]:
    """A text's paragraphs."""
    return [each for each in typed.split("\n\n") if each.strip()]


def _names() -> dict[str, str]:
    """What entries are called, by their references; those that have no name of their own are left out."""
    now = timezone.now()
    names = {str(each.reference): each.entry.name for each in list_stakeholders()}
    for each in list_actions(reader=Reader.STAFF, now=now):
        names[str(each.reference)] = f"A{each.number}"
        names |= {str(step.reference): f"A{each.number}" for step in each.milestones}
    for met in list_meetings(reader=Reader.STAFF, now=now):
        names[str(met.reference)] = met.entry.title
        names |= {str(decision.reference): f"D{decision.number}" for decision in met.decisions}
    names |= {str(one.reference): one.entry.organisation for one in list_members(now=now)}
    names |= {str(one.reference): one.entry.title for one in list_agreements(reader=Reader.STAFF, now=now)}
    names |= {str(one.reference): one.entry.title for one in list_standards(reader=Reader.STAFF, now=now)}
    names |= {str(one.reference): one.label for one in list_addresses()}
    names |= {str(row.public_id): told(row.words) for row in alerts_acted_on(now=now)}
    return names


HISTORY = Telling(kinds=EntryKind, verbs=StrategyVerb, labels=words.FIELDS, codes=words.CODES, names=_names)
