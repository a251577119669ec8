"""What pages may refer to of the laws: what one is called, and how long its clock gives."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from leeward.foundation.days import local_day, write_day
from leeward.foundation.pages.kinds import Kind, Living, Said, register
from leeward.industry.duties.queries import all_regimes
from leeward.industry.duties.rules.regimes import Regime
from leeward.industry.duties.words import limit_in_words


def register_kinds() -> None:
    """Let pages refer to laws and their clocks."""
    for name, label, hint, part in (
        ("law", _("Law"), _("Its name. Parts: basis, since."), ""),
        ("clock", _("Clock of a law"), _("How long a platform has. Part: law."), "limit"),
    ):
        register(Kind(name=name, label=label, hint=hint, tell=_tell(part), keys=_keys))


def _tell(part: str) -> Callable[[Collection[str], str, datetime], dict[str, Living]]:
    def tell(keys: Collection[str], language: str, now: datetime) -> dict[str, Living]:
        with override(language):
            on = local_day(now)
            return {each.code: _living(each, part, now) for each in all_regimes(on=on) if each.code in keys}

    return tell


def _living(regime: Regime, part: str, now: datetime) -> Living:
    said = {"law": Said(regime.name), "basis": Said(regime.legal_basis), "limit": Said(limit_in_words(regime))}
    if regime.in_force_on:
        said["since"] = Said(write_day(regime.in_force_on))
    said[""] = said[part or "law"]
    return Living(title=regime.name, said=said, is_ended=not regime.is_active(local_day(now)))


def _keys(_language: str) -> Iterable[tuple[str, str]]:
    return ((each.code, each.name) for each in all_regimes())
