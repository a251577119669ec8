"""What was passed on without a yes: which laws let it be done, what waits to be told, and how often it was done."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import F, Q, QuerySet

from leeward.foundation.protection.periods import Frequency, period_of
from leeward.foundation.rows import read_row
from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.work.inherited import SecondLook
from leeward.victim.helpline.errors import BasisEnded, CaseUnknown
from leeward.victim.helpline.models import Override
from leeward.victim.helpline.rules.overrides import Basis

State = SecondLook.State
UNTOLD = Q(state=State.AGREED, told_on__isnull=True)
COUNTED_MOST = 5_000


@dataclass(frozen=True, kw_only=True)
class OverrideView:
    """One override as its case tells it. `why_untold`: why they are not told; "" where these keys do not open it."""

    reference: uuid.UUID
    basis: str
    state: SecondLook.State
    asked_on: date
    decided_on: date | None
    tell_on: date | None
    told_on: date | None
    why_untold: str

    @property
    def is_untold(self) -> bool:
        """Whether it was passed on and the person does not know."""
        return self.state is State.AGREED and self.told_on is None


@dataclass(frozen=True, kw_only=True)
class OverrideCount:
    """How often it was asked for under one law in one quarter, and what came of it."""

    begins_on: date
    basis: str
    asked: int
    waits: int
    refused: int
    told_at_once: int
    told_later: int
    not_told: int


def all_bases() -> Sequence[Basis]:
    """Every law of the nation's file, also those that are off or have ended."""
    return tuple(settings.LEEWARD_OVERRIDES)


def used_bases(*, today: date) -> dict[str, Basis]:
    """Those under which something may be passed on today, by their codes."""
    return {each.code: each for each in all_bases() if each.is_used(today)}


def find_basis(code: str, *, today: date) -> Basis:
    """The law of this code. Raises BasisEnded where it is not used today."""
    try:
        return used_bases(today=today)[code]
    except KeyError:
        raise BasisEnded from None


def law_words(code: str) -> dict[str, str]:
    """What a law is called, by language; its code where the nation's file has it no more."""
    return next((dict(each.title) for each in all_bases() if each.code == code), {"": code})


def untold_overrides() -> QuerySet[Override]:
    """What people were not told yet; `whose` is the key of the person's file."""
    return Override.objects.filter(UNTOLD).annotate(whose=F("review__case__file"))


def is_overridden(case: uuid.UUID) -> bool:
    """Whether something was passed on from this case without a yes."""
    return Override.objects.filter(review__case__reference=case, state=State.AGREED).exists()


def is_unfinished(case: uuid.UUID) -> bool:
    """Whether an override of this case waits for a second person, or was not told."""
    return Override.objects.filter(UNTOLD | Q(state=State.OPEN), review__case__reference=case).exists()


def find_override(reference: uuid.UUID, *, casework: OpenFile | None = None) -> OverrideView | None:
    """One override, by the reference that its referral has too; None where there is none."""
    row = Override.objects.filter(reference=reference).first()
    return read_row(OverrideView, row, why_untold=row.peek(casework, "why_untold")) if row else None


def override_of(review: uuid.UUID) -> uuid.UUID:
    """Which override, and which referral, a second person decides. Raises CaseUnknown."""
    found = Override.objects.filter(review__reference=review).values_list("reference", flat=True).first()
    if found is None:
        raise CaseUnknown
    return found


def untold_of(case: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """What the person of a case was not told yet, by the references of the referrals."""
    rows = Override.objects.filter(UNTOLD, review__case__reference=case).order_by("asked_on", "pk")
    return tuple(rows.values_list("reference", flat=True))


def count_overrides() -> tuple[OverrideCount, ...]:
    """How often it was asked for, the newest quarter first, by law."""
    told: dict[tuple[date, str], Counter[str]] = {}
    for row in Override.objects.order_by("-asked_on", "pk")[:COUNTED_MOST]:
        quarter = period_of(row.asked_on, step=Frequency.QUARTER).start
        told.setdefault((quarter, row.basis), Counter())[_became(row)] += 1
    names = ("waits", "refused", "told_at_once", "told_later", "not_told")
    return tuple(
        OverrideCount(begins_on=quarter, basis=basis, asked=found.total(), **{name: found[name] for name in names})
        for (quarter, basis), found in sorted(told.items(), key=lambda each: (each[0][0], each[0][1]), reverse=True)
    )


def _became(row: Override) -> str:
    if row.state is not State.AGREED:
        return "waits" if row.state is State.OPEN else "refused"
    if row.told_on is None:
        return "not_told"
    return "told_at_once" if row.told_on == row.decided_on else "told_later"
