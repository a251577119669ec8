"""What programs ask of a file by ?by= and ?platform=: what there is not is refused, and never answered with all."""

from collections.abc import Callable, Collection, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Concatenate

from django.http import HttpRequest, HttpResponse, JsonResponse

from leeward.foundation.opendata import open_data
from leeward.policy.statistics.records import Breakdown, Series

NAMES = ("by", "platform")


class QuestionRefused(Exception):
    """A program asked for something that there is not; the message says what to ask for."""


def open_file[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open a file to everybody, as `open_data` does, with 400 where it refuses a question."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except QuestionRefused as error:
            return refused(str(error))

    return open_data(answer)


def check_asked(request: HttpRequest, **there: Collection[str]) -> None:
    """Raise QuestionRefused if the address asks by a name of NAMES for what is not `there` under it."""
    for name in NAMES:
        known = there.get(name, ())
        for said in request.GET.getlist(name):
            if said not in known:
                way = f"Ask for {' or '.join(sorted(known))}." if known else f"This file takes no {name}."
                raise QuestionRefused(f"{name} is {said!r}. {way}")


def of_platform(request: HttpRequest, found: Sequence[Series]) -> Sequence[Series]:
    """Return the series of the platforms that the address asks for, or all. Raises QuestionRefused."""
    codes = {each.code for each in found if each.breakdown is Breakdown.PLATFORM}
    check_asked(request, platform=codes)
    asked = request.GET.getlist("platform")
    return [each for each in found if each.code in asked] if asked else found


def refused(message: str, *, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> HttpResponse:
    """A refusal for a program."""
    return JsonResponse({"error": message}, status=status)
