"""The charts of a training manager's board: when courses are due, and when people were last reminded."""

from django.utils.translation import gettext as _

from leeward.foundation.protection.printed import exact
from leeward.foundation.web.charts import Bar, Bars, Drawn, Unit, draw
from leeward.justice.training.queries.people import MONTH_DAYS, WEEK_DAYS, DueCounts


def draw_due(counts: DueCounts) -> tuple[Drawn, Drawn]:
    """Draw what is due soon or late, and the reminders that went with it; exact, for the employer alone."""
    week, month = {"days": WEEK_DAYS}, {"days": MONTH_DAYS}
    due = (
        (_("Late by more than %(days)d days") % month, counts.long_late),
        (_("Late by up to %(days)d days") % month, counts.late),
        (_("Due within %(days)d days") % month, counts.month),
        (_("Due later"), counts.later),
    )
    reminded = (
        (_("In the last %(days)d days") % week, counts.week_ago),
        (_("%(fewest)d to %(days)d days ago") % {"fewest": WEEK_DAYS, **month}, counts.month_ago),
        (_("Longer ago"), counts.long_ago),
        (_("Never"), counts.never),
    )
    return (
        _bars("due", _("When courses are due"), _("Due"), _("Courses to take"), due),
        _bars("reminded", _("When these people were last reminded"), _("Last reminder"), _("People"), reminded),
    )


def _bars(key: str, title: str, of: str, measure: str, counts: tuple[tuple[str, int], ...]) -> Drawn:
    bars = tuple(Bar(name=name, amount=exact(number)) for name, number in counts)
    return draw(Bars(key=key, title=title, of=of, measure=measure, bars=bars, unit=Unit.COUNT, sentence=""))
