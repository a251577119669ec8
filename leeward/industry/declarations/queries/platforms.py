"""What is known of a platform: how it stands to the declaration, its policy, its process, and its own figures."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from leeward.foundation.days import local_day
from leeward.foundation.rows import read_row
from leeward.industry.declarations.editions import read_checklist
from leeward.industry.declarations.models import Finding, Signatory, StatedFigure
from leeward.industry.declarations.queries.signatories import SignatoryLine, describe_all
from leeward.industry.declarations.rules.checklists import AGED_AFTER, Item, count_verdicts, is_complete
from leeward.industry.declarations.rules.terms import FindingKind, Measure, ProcessStep, Speaker, Stage, Verdict
from leeward.industry.platforms.queries import platforms_with_lead, profile_of
from leeward.industry.platforms.rules import Partner

FIGURES_SHOWN = 60
STATEMENTS_READ = 1_000
MEASURES = tuple(Measure)
# In the files for programs, of all platforms together.
FIGURES_MOST = 20_000
PAST_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class FoundLine:
    """What was found about one item or step: on which day, where that can be read, and what the platform says to it."""

    reference: uuid.UUID
    verdict: Verdict
    found_on: date
    source: str
    words: str
    reply: str
    replied_on: date | None
    is_aged: bool
    edition: int


@dataclass(frozen=True, kw_only=True)
class ItemFound:
    """One item of the checklist with its newest finding (None: nobody has looked) and the ones before."""

    item: Item
    newest: FoundLine | None
    earlier: tuple[FoundLine, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The newest verdict; unknown where nobody has looked."""
        return self.newest.verdict if self.newest else Verdict.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class PolicyChecklist:
    """How a platform's policy measures up. `counts` has every verdict; what nobody looked at is unknown."""

    edition: int
    items: tuple[ItemFound, ...]
    counts: Mapping[Verdict, int]
    is_complete: bool
    has_lead: bool


@dataclass(frozen=True, kw_only=True)
class StepFound:
    """One step of the process audit with its newest finding and the ones before."""

    step: ProcessStep
    newest: FoundLine | None
    earlier: tuple[FoundLine, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The newest verdict; unknown where nobody has looked."""
        return self.newest.verdict if self.newest else Verdict.UNKNOWN


@dataclass(frozen=True, kw_only=True)
class FigureSaid:
    """A number that a platform gave: on which day, as whom, where. A mistaken one was written down wrongly by us."""

    reference: uuid.UUID
    value: Decimal
    said_on: date
    said_by: Speaker
    source: str
    is_mistaken: bool


@dataclass(frozen=True, kw_only=True)
class PlatformFigure:
    """What a platform counts itself in a period: what it said last (None: all was our mistake), and what before."""

    measure: Measure
    began_on: date
    ended_on: date
    newest: FigureSaid | None
    earlier: tuple[FigureSaid, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PolicyLine:
    """A platform in the list: how many items are met, whether the policy is complete and a lead is named."""

    partner: Partner
    met: int
    is_complete: bool
    has_lead: bool


def policy_lines(partners: Sequence[Partner]) -> tuple[PolicyLine, ...]:
    """How far each of these platforms is known to meet the newest edition, in two queries."""
    checklist, keys = read_checklist(), [partner.id for partner in partners]
    verdicts, leads = newest_verdicts(platform_ids=keys), platforms_with_lead(keys)
    codes = [item.code for item in checklist.items]
    return tuple(
        PolicyLine(
            partner=partner,
            met=count_verdicts(codes, verdicts[partner.id])[Verdict.MET],
            is_complete=is_complete(checklist, verdicts[partner.id]),
            has_lead=partner.id in leads,
        )
        for partner in partners
    )


def standing_of(partner: Partner, *, now: datetime) -> SignatoryLine | None:
    """How a platform stands to the declaration; None where it has not signed."""
    rows = Signatory.objects.filter(platform_id=partner.id, stage=Stage.SIGNED.value)
    return next(iter(describe_all(rows, now=now)), None)


def checklist_of(partner: Partner, *, now: datetime) -> PolicyChecklist:
    """How a platform's policy measures up against the newest edition of the model checklist."""
    checklist = read_checklist()
    found = _found(partner, FindingKind.POLICY, on=local_day(now))
    items = tuple(
        ItemFound(item=item, newest=next(iter(found.get(item.code, ())), None), earlier=found.get(item.code, ())[1:])
        for item in checklist.items
    )
    verdicts = {each.item.code: each.newest.verdict for each in items if each.newest}
    return PolicyChecklist(
        edition=checklist.edition,
        items=items,
        counts=count_verdicts((item.code for item in checklist.items), verdicts),
        is_complete=is_complete(checklist, verdicts),
        has_lead=profile_of(partner).has_lead,
    )


def process_of(partner: Partner, *, now: datetime) -> tuple[StepFound, ...]:
    """What the process audit found, step by step."""
    found = _found(partner, FindingKind.PROCESS, on=local_day(now))
    return tuple(
        StepFound(step=step, newest=next(iter(found.get(step.value, ())), None), earlier=found.get(step.value, ())[1:])
        for step in ProcessStep
    )


def stated_figures_of(partner: Partner) -> tuple[PlatformFigure, ...]:
    """What a platform counts itself, the latest period first, each with what was said of it before."""
    return stated_figures([partner], limit=STATEMENTS_READ).get(partner.id, ())[:FIGURES_SHOWN]


def stated_figures(partners: Sequence[Partner], *, limit: int = FIGURES_MOST) -> dict[int, tuple[PlatformFigure, ...]]:
    """What these platforms count themselves, by platform, the latest period first; up to a limit of all ever said."""
    rows = StatedFigure.objects.filter(platform_id__in=[partner.id for partner in partners])
    series: dict[tuple[int, str, date, date], list[FigureSaid]] = {}
    for row in rows[:limit]:
        series.setdefault((row.platform_id, row.measure, row.began_on, row.ended_on), []).append(_said(row))
    found: dict[int, list[PlatformFigure]] = {}
    for (platform_id, measure, began_on, ended_on), all_said in series.items():
        newest = next((said for said in all_said if not said.is_mistaken), None)
        figure = PlatformFigure(
            measure=Measure(measure),
            began_on=began_on,
            ended_on=ended_on,
            newest=newest,
            earlier=tuple(said for said in all_said if said is not newest),
        )
        found.setdefault(platform_id, []).append(figure)
    return {platform_id: tuple(sorted(figures, key=_place)) for platform_id, figures in found.items()}


def count_statements(partners: Sequence[Partner]) -> int:
    """How often these platforms have said something of their own numbers, mistakes of ours among them."""
    return StatedFigure.objects.filter(platform_id__in=[partner.id for partner in partners]).count()


def newest_verdicts(*, platform_ids: list[int]) -> dict[int, dict[str, Verdict]]:
    """The newest verdict on each item of the checklist, for each of these platforms."""
    found: dict[int, dict[str, Verdict]] = {key: {} for key in platform_ids}
    rows = Finding.objects.filter(platform_id__in=platform_ids, kind=FindingKind.POLICY.value)
    for platform, code, verdict in rows.order_by("found_on", "pk").values_list("platform_id", "code", "verdict"):
        found[platform][code] = Verdict(verdict)  # a later one takes its place
    return found


def _found(partner: Partner, kind: FindingKind, *, on: date) -> dict[str, tuple[FoundLine, ...]]:
    """The findings by code, the newest first."""
    found: dict[str, tuple[FoundLine, ...]] = {}
    rows = Finding.objects.filter(platform_id=partner.id, kind=kind.value).order_by("-found_on", "-pk")
    for row in rows:
        line = read_row(FoundLine, row, is_aged=on - row.found_on > AGED_AFTER)
        if len(found.get(row.code, ())) <= PAST_SHOWN:
            found[row.code] = (*found.get(row.code, ()), line)
    return found


def _place(figure: PlatformFigure) -> tuple[int, int, int]:
    """The latest period first; within one, measures as the catalogue has them: some are "of these"."""
    return (-figure.ended_on.toordinal(), -figure.began_on.toordinal(), MEASURES.index(figure.measure))


def _said(row: StatedFigure) -> FigureSaid:
    return read_row(FigureSaid, row, is_mistaken=row.mistaken_at is not None)
