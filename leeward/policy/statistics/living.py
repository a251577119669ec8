"""What pages may refer to of the figures: those that are printed, and no other."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from leeward.foundation.pages.kinds import Kind, Living, Said, register
from leeward.foundation.protection.tables import Status
from leeward.foundation.web.charts.numbers import say_amount, why_none
from leeward.policy.statistics.catalogue import INDICATORS
from leeward.policy.statistics.queries.series import series
from leeward.policy.statistics.records import Indicator


def register_kinds() -> None:
    """Let pages refer to figures."""
    register(
        Kind(
            name="figure",
            label=_("Printed figure"),
            hint=_("Its newest number by the month. Parts: period, title."),
            tell=_tell,
            keys=_keys,
        )
    )


def _tell(keys: Collection[str], language: str, _now: datetime) -> dict[str, Living]:
    with override(language):
        return {key: _living(INDICATORS[key]) for key in keys if key in INDICATORS and INDICATORS[key].is_computed}


def _living(indicator: Indicator) -> Living:
    (found,) = series(indicator.id, indicator.step)
    told, page = found.told, reverse("statistics:nation")
    number = say_amount(told.printed, indicator.unit) if told else why_none(Status.NOT_AVAILABLE)
    said = {"": Said(number, page), "period": Said(told.period if told else "–"), "title": Said(str(indicator.title))}
    return Living(title=str(indicator.title), said=said)


def _keys(language: str) -> Iterable[tuple[str, str]]:
    with override(language):
        return [(each.id, str(each.title)) for each in INDICATORS.values() if each.is_computed]
