"""The small sum that a page's script does while somebody types: what stands in the form, and what came back."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from leeward.foundation.vault.operations import make_challenge, spend_work
from leeward.foundation.vault.rules import work


@dataclass(frozen=True, kw_only=True)
class SmallSum:
    """What a form asks for: a number with which the challenge's digest begins with so many zero bits."""

    challenge: str
    bits: int


def new_sum() -> SmallSum:
    """A sum for the form that is being drawn."""
    return SmallSum(challenge=make_challenge(now=timezone.now()), bits=work.BITS)


def has_worked(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the sender's device did the sum for this very form. Asked once: a sum counts for one try."""
    return spend_work(challenge=request.POST.get("challenge", ""), proof=request.POST.get("proof", ""), now=now)
