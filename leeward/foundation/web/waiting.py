"""Answers to somebody who must come again in a moment: the same page, and when."""

from http import HTTPStatus
from typing import Protocol

from django.http.response import HttpResponseBase
from django.utils.translation import ngettext


class TurnedAway(Protocol):
    """An error that says after how many seconds to come again."""

    retry_after_seconds: int


def ask_again[R: HttpResponseBase](response: R, error: TurnedAway) -> R:
    """Make a page, with the form as it was sent, the answer to somebody who was turned away."""
    response.status_code = HTTPStatus.TOO_MANY_REQUESTS
    response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def minutes_of(error: TurnedAway) -> int:
    """The same in whole minutes, at least one."""
    return max(1, -(-error.retry_after_seconds // 60))


def wait_in_words(error: TurnedAway) -> str:
    """Say on a form that its network tried too often: the button is pressed again, and nothing is lost."""
    return ngettext(
        "There were many tries from your network. Nothing is lost. Press the button again in %(minutes)d minute.",
        "There were many tries from your network. Nothing is lost. Press the button again in %(minutes)d minutes.",
        minutes_of(error),
    ) % {"minutes": minutes_of(error)}
