"""The live queries of this platform that can be evidence: what each counts, in which unit, of what, and its caveat.

What lists count that anybody may read is told as it is. Where persons stand behind a number, it is the one that the
statistics have printed, or has passed their protection: evidence in a published round must not say what they hide.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from leeward.foundation.labels import Labelled, mark
from leeward.policy.statistics.rules.protection.tables import THRESHOLD, protect_count

SMALLEST_BASE = THRESHOLD  # below this, a share says more about chance, and about persons, than about the nation


class Unit(Labelled):
    """What a value is a number of."""

    PERCENT = "percent", mark("percent")
    HASHES = "hashes", mark("hashes")
    LANGUAGES = "languages", mark("languages")
    NEEDS = "needs", mark("needs")
    PLATFORMS = "platforms", mark("platforms")
    REGIMES = "regimes", mark("regimes")
    REQUESTS = "requests", mark("requests")
    SERVICES = "services", mark("services")
    STAFF = "staff", mark("members of staff")


class NoValue(Labelled):
    """Why a query has no value."""

    NOTHING_YET = "nothing_yet", mark("There is nothing to count yet.")
    TOO_FEW = "too_few", mark("Fewer than 10 can be counted, too few to say anything about the whole.")
    HIDDEN = "hidden", mark("The statistics hide this number, because it is small or would give away something small.")


@dataclass(frozen=True, kw_only=True)
class EvidenceQuery:
    """One query by its stable name."""

    name: str
    title: str
    definition: str
    unit: Unit
    scope: str
    caveat: str
    # Behind what is counted stand persons: no small number of it is told, and others are rounded.
    is_of_people: bool = False


@dataclass(frozen=True, kw_only=True)
class Count:
    """What a figure gives: a number, and for a share the base that it is a share of."""

    number: int
    base: int | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the statistics have printed, of a period that ended on `on`: a value in the query's unit, None if hidden."""

    value: float | None
    on: date


@dataclass(frozen=True, kw_only=True)
class EvidenceValue:
    """What a query has found on a day: a whole number, or None and why."""

    query: EvidenceQuery
    value: int | None
    on: date
    no_value: NoValue | None = None

    def __post_init__(self) -> None:
        if (self.value is None) is not (self.no_value is not None):
            raise ValueError("A value, or the reason why there is none: one of the two.")


def judge(query: EvidenceQuery, count: Count | None, *, on: date) -> EvidenceValue:
    """Turn a count into a value: shares in whole percent, rounded down so that 100 means all.

    None for what does not exist yet; a share of fewer than 10 is withheld. Of people, a number below 10 is withheld too
    and others are rounded; a share of people comes from the statistics: see `judge_told`.
    """
    if count is None:
        return EvidenceValue(query=query, value=None, on=on, no_value=NoValue.NOTHING_YET)
    if query.unit is not Unit.PERCENT and query.is_of_people:
        told = protect_count(count.number).value
        reason = NoValue.TOO_FEW if told is None else None
        return EvidenceValue(query=query, value=told, on=on, no_value=reason)
    if query.unit is not Unit.PERCENT:
        return EvidenceValue(query=query, value=count.number, on=on)
    if count.base is None:
        raise ValueError(f"{query.name} is a share and needs its base.")
    if count.base < SMALLEST_BASE:
        reason = NoValue.TOO_FEW if count.base else NoValue.NOTHING_YET
        return EvidenceValue(query=query, value=None, on=on, no_value=reason)
    return EvidenceValue(query=query, value=100 * count.number // count.base, on=on)


def judge_told(query: EvidenceQuery, told: Told | None, *, on: date) -> EvidenceValue:
    """Turn a printed number into a value, rounded down, dated by its period's end; None for what is not printed."""
    if told is None:
        return EvidenceValue(query=query, value=None, on=on, no_value=NoValue.NOTHING_YET)
    if told.value is None:
        return EvidenceValue(query=query, value=None, on=on, no_value=NoValue.HIDDEN)
    return EvidenceValue(query=query, value=math.floor(told.value), on=min(told.on, on))


QUERIES: Mapping[str, EvidenceQuery] = {
    query.name: query
    for query in (
        EvidenceQuery(
            name="accounts.desk_staff",
            title="People who work at the removal desk",
            definition="Active accounts of desk practitioners and supervisors.",
            unit=Unit.STAFF,
            scope="The removal desk, today.",
            caveat="An account says that somebody may work here, not how many hours she does.",
        ),
        EvidenceQuery(
            name="bank.hashes_in_force",
            title="Hashes that platforms can draw",
            definition="Hashes that are published in the exchange and have not run out or been taken back.",
            unit=Unit.HASHES,
            scope="The exchange, today.",
            caveat="One picture has several hashes, and one person may have several pictures: this counts no people. "
            "Rounded, as the statistics print it.",
            is_of_people=True,
        ),
        EvidenceQuery(
            name="bank.platforms_drawing",
            title="Platforms that draw the feed",
            definition="Platforms that have fetched hashes from the exchange within the last seven days.",
            unit=Unit.PLATFORMS,
            scope="The exchange, the last seven days.",
            caveat="Fetching is not matching: what a platform does with the hashes is seen in its reports of matches.",
        ),
        EvidenceQuery(
            name="bank.withdrawals_acknowledged",
            title="Withdrawals that platforms have honoured",
            definition="Of the withdrawals that platforms were told of and had to confirm by now, those confirmed.",
            unit=Unit.PERCENT,
            scope="All withdrawals that are due.",
            caveat="A confirmation is the platform's word. Made from rounded counts, as the statistics print it.",
            is_of_people=True,
        ),
        EvidenceQuery(
            name="directory.languages",
            title="Languages in which support is given",
            definition="Languages that at least one listed service speaks.",
            unit=Unit.LANGUAGES,
            scope="Services that are listed in the directory, today.",
            caveat="A language may be spoken by one service in one place only.",
        ),
        EvidenceQuery(
            name="directory.needs_covered",
            title="Needs for which a service is listed",
            definition="Needs, such as legal help or counselling, that at least one listed service meets.",
            unit=Unit.NEEDS,
            scope="Services that are listed in the directory, today.",
            caveat="It does not say whether there is enough of any of them, or near enough.",
        ),
        EvidenceQuery(
            name="directory.services_listed",
            title="Services in the directory",
            definition="Services at work that search shows, because their entry was checked within the last 180 days.",
            unit=Unit.SERVICES,
            scope="The directory, today.",
            caveat="Services that nobody has entered are missing.",
        ),
        EvidenceQuery(
            name="directory.verified_share",
            title="Share of services that were checked in time",
            definition="Of the services at work, those whose entry was checked within the last 180 days.",
            unit=Unit.PERCENT,
            scope="Services at work in the directory, today.",
            caveat="A check says that the entry was right, not that the service is good.",
        ),
        EvidenceQuery(
            name="duties.regimes_in_use",
            title="Laws on removal that are in use",
            definition="Regimes that are switched on and in force, under which notices are sent and clocks run.",
            unit=Unit.REGIMES,
            scope="All regimes that are kept here, today.",
            caveat="It counts laws that ask something of platforms, not laws that make the abuse a crime.",
        ),
        EvidenceQuery(
            name="platforms.with_lead",
            title="Platforms with somebody who answers for image abuse",
            definition="Of the listed platforms, those whose lead for image abuse is named here.",
            unit=Unit.PERCENT,
            scope="Platforms that are listed here, today.",
            caveat="Staff here have written it down; platforms that nobody has entered are missing.",
        ),
        EvidenceQuery(
            name="platforms.with_reporting_page",
            title="Platforms whose page for reports is known",
            definition="Of the listed platforms, those whose page for reports is noted here.",
            unit=Unit.PERCENT,
            scope="Platforms that are listed here, today.",
            caveat="That there is a page does not say that reports are answered.",
        ),
        EvidenceQuery(
            name="removals.gone_share",
            title="Requests after which it was gone",
            definition="Of the items first asked for in a month, those that were gone within 90 days.",
            unit=Unit.PERCENT,
            scope="The newest month whose 90 days are over, of reports whose person lets them be counted.",
            caveat="It counts requests, not people. Made from rounded counts, as the statistics print it.",
            is_of_people=True,
        ),
        EvidenceQuery(
            name="removals.open_over_30_days",
            title="Open requests that are 30 days old or older",
            definition="Requests for removal that were opened 30 days ago or earlier and are open still.",
            unit=Unit.REQUESTS,
            scope="The removal desk, today.",
            caveat="It is counted to 999 at most, and rounded to the nearest five.",
            is_of_people=True,
        ),
    )
}
