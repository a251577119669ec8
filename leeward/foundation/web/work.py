"""The small sum that a page's script does while somebody types: the challenge in the form, and what came back."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from leeward.foundation.vault.operations import make_challenge, spend_work


def new_challenge() -> str:
    """A challenge for the form that is being drawn."""
    return make_challenge(now=timezone.now())


def has_worked(request: HttpRequest, *, now: datetime) -> bool:
    """Whether the sender's device did the sum for this very form. Asked once: a sum counts for one try."""
    return spend_work(challenge=request.POST.get("challenge", ""), proof=request.POST.get("proof", ""), now=now)
