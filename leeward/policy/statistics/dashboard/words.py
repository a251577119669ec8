"""Words of the pages: sections, what is counted, and the lines under each chart."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leeward.foundation.days import write_day
from leeward.policy.statistics.records import Indicator, Scope, Section
from leeward.policy.statistics.rules.protection.tables import ROUNDING_BASE, THRESHOLD

SECTIONS: Mapping[Section, tuple[str | Promise, str | Promise]] = {
    Section.REMOVAL: (
        _("Are pictures taken down?"),
        _("What became of the pictures that people asked us to have removed."),
    ),
    Section.PLATFORMS: (
        _("Do platforms do their part?"),
        _("How each platform answers, in the order that you choose. Each may reply here, in its own words."),
    ),
    Section.PREVENTION: (
        _("Are they kept from spreading?"),
        _("Hashes, fingerprints from which no picture can be made, let platforms stop a picture before it is seen."),
    ),
    Section.SUPPORT: (_("Do people find help?"), _("Whether what we say about support services is true and checked.")),
    Section.NATION: (
        _("Does the nation keep to its plan?"),
        _("What has been put in place of the national model, and what organisations have promised."),
    ),
}

SCOPES: Mapping[Scope, str | Promise] = {
    Scope.REPORTS: _("Counts reports: one is what a person told us at one time."),
    Scope.ITEMS: _("Counts items: one is a picture at one place. One person can have many."),
    Scope.PEOPLE: _("Counts people."),
    Scope.PLATFORMS: _("Counts platforms: companies that carry what people upload."),
    Scope.SERVICES: _("Counts support services."),
    Scope.ORGANISATIONS: _("Counts organisations."),
    Scope.STAFF: _("Counts days of members of staff."),
    Scope.HASHES: _("Counts hashes: one picture has several."),
    Scope.OFFENCES: _("Counts offences."),
}


def scope_of(indicators: Sequence[Indicator], *, published_at: datetime | None) -> tuple[str, ...]:
    """Return the lines under a chart: what is counted, in which periods, from where, and as of when."""
    lines = _once(str(SCOPES[indicator.scope]) for indicator in indicators)
    lines += _once(_ended(indicator.period_words) for indicator in indicators if indicator.period_words)
    lines += [
        gettext("Source: %(source)s") % {"source": source}
        for source in _once(_ended(indicator.source) for indicator in indicators)
    ]
    if published_at is not None:
        lines.append(gettext("As printed on %(day)s.") % {"day": write_day(published_at)})
    return tuple(lines)


def protection_words() -> str:
    """Say how numbers about people are protected."""
    return gettext(
        "Numbers about people are rounded to the nearest %(base)d. Fewer than %(threshold)d are never shown, nor is "
        "anything that would give them away."
    ) % {"base": ROUNDING_BASE, "threshold": THRESHOLD}


def _ended(text: str | Promise) -> str:
    """Add the full stop that the catalogue leaves out."""
    said = str(text)
    return said if said.endswith((".", "!", "?", "؟", "。")) else f"{said}."


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
