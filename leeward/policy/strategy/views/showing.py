"""Entries with their words, as several pages show them alike."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from leeward.foundation.days import write_moment
from leeward.foundation.editing.history import ShownChange
from leeward.foundation.web.words import tag_of, word
from leeward.policy.statistics.charts import Amount, Bar, Bars, Unit, draw
from leeward.policy.strategy import words
from leeward.policy.strategy.queries.addresses import list_addresses
from leeward.policy.strategy.queries.forum import ShownMeeting, list_meetings, list_members
from leeward.policy.strategy.queries.mapping import ShownScoping, list_stakeholders
from leeward.policy.strategy.queries.model import NamedIndicator, indicators_of, named_items, named_rows
from leeward.policy.strategy.queries.plan import (
    Reader,
    ShownAction,
    ShownObjective,
    ShownStrategy,
    list_actions,
)
from leeward.policy.strategy.queries.registers import ShownAgreement, list_agreements, list_standards
from leeward.policy.strategy.rules.mapping import Coverage, Mapped
from leeward.policy.strategy.rules.plan import Progress
from leeward.policy.strategy.rules.terms import Kind, Sector, Status, StrategyVerb

# The order in which a bar is drawn: what is done first, what does not move last.
BAR = (Status.DONE, Status.UNDER_WAY, Status.BLOCKED, Status.NOT_STARTED)


def action(of: ShownAction, *, numbered: Mapping[int, ShownAction]) -> dict[str, Any]:
    """An action with its words. `numbered` are those that the reader may see."""
    items = named_items(of.blocking.items) if of.blocking.blocked or of.status is Status.BLOCKED else ()
    return {
        "it": of,
        "number": f"A{of.number}",
        "title": words.told(of.title),
        "language": words.told_in(of.title),
        "words": words.told(of.words),
        "words_language": words.told_in(of.words),
        "status": tag_of(of.status),
        "statuses": [{"it": each, **tag_of(each.status)} for each in reversed(of.statuses)],
        "milestones": [
            {"it": each, "title": words.told(each.title), "language": words.told_in(each.title)}
            for each in of.milestones
        ],
        "reached": sum(each.reached_on is not None for each in of.milestones),
        "waits_for": [_short(numbered[number]) for number in of.waits_for if number in numbered],
        "needs": [_short(numbered[number]) for number in of.facts.needs if number in numbered],
        "blocks": [_short(numbered[number]) for number in of.blocking.blocked if number in numbered],
        "suffering": [
            {"id": each.id, "text": gettext(each.text), "indicator": gettext(each.indicator) if each.indicator else ""}
            for each in items
        ],
        "seen_in": suffering(of),
        "items": [{"id": each.id, "text": gettext(each.text)} for each in named_items(of.items)],
    }


def suffering(of: ShownAction) -> tuple[NamedIndicator, ...]:
    """The figures in which it will be seen that an action does not move, or that others wait for it."""
    return indicators_of(of.blocking.items) if of.blocking.blocked or of.status is Status.BLOCKED else ()


def objective(of: ShownObjective, *, numbered: Mapping[int, ShownAction]) -> dict[str, Any]:
    """An objective with its words, its bar and its actions."""
    return {
        "it": of,
        "title": words.told(of.title),
        "language": words.told_in(of.title),
        "words": words.told(of.words),
        "words_language": words.told_in(of.words),
        "progress": words.progress(of.progress),
        "bar": bar(of.progress),
        "actions": [action(each, numbered=numbered) for each in of.actions],
    }


def strategy(of: ShownStrategy, *, numbered: Mapping[int, ShownAction]) -> dict[str, Any]:
    """A strategy with its words, and its objectives."""
    return {
        "it": of,
        "title": words.told(of.title),
        "language": words.told_in(of.title),
        "words": words.told(of.words),
        "words_language": words.told_in(of.words),
        "progress": words.progress(of.progress),
        "bar": bar(of.progress),
        "counts": [{"number": of.progress.counts[each], **tag_of(each)} for each in (*BAR, Status.DROPPED)],
        "objectives": [objective(each, numbered=numbered) for each in of.objectives],
    }


def bar(of: Progress) -> list[dict[str, Any]]:
    """The parts of a bar: where each begins and how wide it is, in hundredths of the whole with two decimals."""
    parts, at = [], 0.0
    for each in BAR:
        width = round(100 * of.counts[each] / of.total, 2) if of.total else 0.0
        if width:
            parts.append({"status": each.value, "x": f"{at:g}", "width": f"{width:g}"})
        at = round(at + width, 2)
    return parts


def numbered(*, reader: Reader, now: datetime) -> dict[int, ShownAction]:
    """Every action that this reader may see, by its number."""
    return {each.number: each for each in list_actions(reader=reader, now=now)}


def coverage(of: Coverage) -> dict[str, Any]:
    """A coverage with its words, ready for a table."""
    names = {row.id: gettext(row.title) for row in named_rows()}
    return {
        "it": of,
        "sectors": [_("NGO") if sector is Sector.NGO else word(sector) for sector in Sector],
        "rows": [
            {
                "id": each.row,
                "title": names.get(each.row, each.row),
                "cover": tag_of(each.cover),
                "counts": each.counts,
                "total": each.total,
            }
            for each in of.rows
        ],
        "gaps": [f"{each.row} {names.get(each.row, '')}".strip() for each in of.gaps],
        "thin": [f"{each.row} {names.get(each.row, '')}".strip() for each in of.thin],
        "overlaps": [
            {
                "row": each.row,
                "title": names.get(each.row, each.row),
                "sector": word(each.sector),
                "area": each.area,
                "who": [mapped_name(one) for one in each.who],
            }
            for each in of.overlaps
        ],
        "by_sector": draw(_by_sector(of)),
    }


def _by_sector(of: Coverage) -> Bars:
    """How many organisations of each sector are on the map, as bars."""
    return Bars(
        key="sectors",
        title=_("Organisations by sector"),
        of=_("Sector"),
        measure=_("Organisations"),
        bars=tuple(
            Bar(name=word(sector), amount=Amount(value=number))
            for sector, number in zip(Sector, of.by_sector, strict=True)
        ),
        unit=Unit.COUNT,
        sentence="",
    )


def mapped_name(of: Mapped) -> str:
    """An organisation's name; one that must not be named has none."""
    return of.name if of.named else _("An organisation that is not named")


def mapped_lines(mapped: Sequence[Mapped]) -> list[dict[str, Any]]:
    """Organisations with their words."""
    return [
        {
            "name": mapped_name(each),
            "sector": word(each.sector),
            "area": each.area if each.named else "–",
            "rows": ", ".join(each.rows) or "–",
            "capacity": word(each.capacity),
        }
        for each in mapped
    ]


def scoping(of: ShownScoping) -> dict[str, Any]:
    """A scoping exercise with its words."""
    entry = of.entry
    return {
        "it": of,
        "question": paragraphs(entry.question),
        "method": paragraphs(entry.method),
        "findings": paragraphs(entry.findings),
        "coverage": coverage(of.coverage),
        "organisations": mapped_lines(of.mapped),
    }


def meeting(of: ShownMeeting) -> dict[str, Any]:
    """A meeting with its words."""
    return {
        "it": of,
        "state": tag_of(of.state),
        "when": write_moment(of.entry.starts_at),
        "attendance": [{"it": member, "presence": word(presence)} for member, presence in of.attendance],
    }


def agreement(of: ShownAgreement) -> dict[str, Any]:
    """An agreement with its words."""
    return {"it": of, "force": tag_of(of.force), "parties": ", ".join(of.entry.parties)}


def history(changes: Sequence[ShownChange], *, now: datetime) -> list[dict[str, Any]]:
    """Lines of the history with their words: each field before and after."""
    names = _names(now) if changes else {}
    return [
        {
            "it": each,
            "kind": word(Kind(each.kind)),
            "verb": word(StrategyVerb(each.verb)),
            "what": names.get(str(each.reference), ""),
            "fields": [
                {
                    "name": words.FIELDS.get(name, name),
                    "before": words.kept(each.before.get(name), field=name, names=names),
                    "after": words.kept(each.after.get(name), field=name, names=names),
                }
                for name in {**each.before, **each.after}
            ],
        }
        for each in changes
    ]


def paragraphs(typed: str) -> list[str]:
    """A text's paragraphs."""
    return [each for each in typed.split("\n\n") if each.strip()]


def _short(of: ShownAction) -> dict[str, Any]:
    return {
        "reference": of.reference,
        "number": f"A{of.number}",
        "title": words.told(of.title),
        "language": words.told_in(of.title),
        "status": tag_of(of.status),
    }


def _names(now: datetime) -> dict[str, str]:
    """What entries are called, by their references; those that have no name of their own are left out."""
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
    return names
