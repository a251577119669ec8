"""Charts of other apps of the topmost floor on the page of how the country is doing. Only here are all of them seen."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from leeward.foundation.days import write_day
from leeward.foundation.protection.printed import exact
from leeward.foundation.web.charts import Aside, Bar, Bars, Levels, Stack, Unit
from leeward.foundation.web.words import word
from leeward.policy.assessment.queries.published import latest_levels
from leeward.policy.assessment.rules.scale import LEVELS, Standing
from leeward.policy.statistics.dashboard.tiles import Tile, register
from leeward.policy.statistics.records import Section
from leeward.policy.strategy.figures import actions_by_status
from leeward.policy.strategy.rules.terms import Status

AREAS, ACTIONS = "assessment-by-area", "strategy-progress"
ASIDE = ((Standing.UNKNOWN, "?"), (Standing.NOT_APPLICABLE, "–"))
# What was dropped is no progress and no lack of it.
SHOWN = (Status.DONE, Status.UNDER_WAY, Status.BLOCKED, Status.NOT_STARTED)


def register_tiles() -> None:
    """Let the page ask for these charts."""
    register(AREAS, assessment_by_area)
    register(ACTIONS, strategy_progress)


def assessment_by_area(now: datetime) -> Tile | None:
    """How far each capability of the national model has come, by area; None before a round is published."""
    found = latest_levels(now=now)
    if found is None:
        return None
    day = write_day(found.published_on)
    chart = Levels(
        key=AREAS,
        title=gettext("How far the nation has come"),
        of=gettext("Area"),
        names=tuple(word(level) for level in LEVELS),
        aside=tuple(Aside(name=word(standing), sign=sign) for standing, sign in ASIDE),
        stacks=tuple(
            Stack(
                name=gettext(area.title),
                counts=tuple(area.counts.get(level, 0) for level in LEVELS),
                aside=tuple(area.counts.get(standing, 0) for standing, _sign in ASIDE),
            )
            for area in found.areas
        ),
        sentence=gettext(
            "Each square is one capability of the national model, as police, prosecutors, support services, companies "
            "and survivors agreed. There is no figure for the whole."
        ),
    )
    return Tile(
        key=AREAS,
        section=Section.NATION,
        chart=chart,
        scope=(
            gettext("Counts capabilities."),
            gettext("Source: the assessment “%(title)s”, published on %(day)s.") % {"title": found.title, "day": day},
        ),
        more=(reverse("assessment:public"), gettext("The whole assessment")),
    )


def strategy_progress(now: datetime) -> Tile | None:
    """How the public actions of the national strategy stand; None while there is none."""
    counts = actions_by_status(now=now)
    if not counts.total:
        return None
    done = counts.by_status.get(Status.DONE, 0)
    sentence = ngettext(
        "Of %(total)s action of the national strategy, %(done)s is done.",
        "Of %(total)s actions of the national strategy, %(done)s are done.",
        counts.total,
    ) % {"total": counts.total, "done": done}
    late = ngettext("%(late)s is late.", "%(late)s are late.", counts.late) % {"late": counts.late}
    return Tile(
        key=ACTIONS,
        section=Section.NATION,
        chart=Bars(
            key=ACTIONS,
            title=gettext("How far the strategy is"),
            of=gettext("State"),
            measure=gettext("Actions"),
            bars=tuple(Bar(name=word(status), amount=exact(counts.by_status.get(status, 0))) for status in SHOWN),
            unit=Unit.COUNT,
            sentence=f"{sentence} {late}" if counts.late else sentence,
        ),
        scope=(
            gettext("Counts actions that are published."),
            gettext("Source: the national strategy, on %(day)s.") % {"day": write_day(counts.on)},
        ),
        more=(reverse("strategy:progress"), gettext("The whole strategy")),
    )
