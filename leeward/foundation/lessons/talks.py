"""Talks on pages, one answer each. Nothing of who talks is kept; a room is told in the end what was answered."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leeward.foundation.editing.fields import choice
from leeward.foundation.lessons.errors import ProgressOver
from leeward.foundation.lessons.rules.talk import Need, Place, Said, Talk, Turn, follow
from leeward.foundation.web.words import told

SALT, SECONDS, TOKEN_MOST, ID_BYTES = "leeward.lessons.talk", 2 * 60 * 60, 4_000, 12
TURNS_MOST = 60


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A talk that came to its end: what was answered. `id` is another one for each that was begun."""

    id: str
    said: Sequence[Said]


class SayingForm(forms.Form):
    """What one answers."""

    def __init__(self, data: object, *, turn: Turn) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # what was sent
        self.fields["answer"] = choice(told(turn.says), [(each.id, told(each.words)) for each in turn.sayings])


def hold(
    request: HttpRequest, talk: Talk, *, back: tuple[object, str], ended: Callable[[Ended], object]
) -> HttpResponse:
    """Answer one step of a talk. `back`: text and address of the page above it; `ended` is told of each that ends."""
    context: dict[str, object] = {"talk": talk, "back": back}
    if request.method != "POST":
        return render(request, "lessons/talk_start.jinja", context)
    token = request.POST.get("talk", "")[:TOKEN_MOST]
    try:
        id_, chosen = _read(talk, token) if token else (secrets.token_hex(ID_BYTES), [])
        place = follow(talk, chosen)
    except (ProgressOver, ValueError):
        return render(request, "lessons/talk_start.jinja", {**context, "is_over": True}, status=HTTPStatus.GONE)
    form = SayingForm(request.POST if token else None, turn=place.turn) if place.turn else None
    if form is not None and form.is_bound and form.is_valid() and len(chosen) < TURNS_MOST:
        chosen = [*chosen, form.cleaned_data["answer"]]
        place = follow(talk, chosen)
        form = SayingForm(None, turn=place.turn) if place.turn else None
        if place.turn is None:
            ended(Ended(id=id_, said=place.said))
    status = HTTPStatus.BAD_REQUEST if form is not None and form.errors else HTTPStatus.OK
    context |= {"place": place, "form": form, "token": _write(talk, id_, chosen), "needs": _needs(place)}
    return render(request, "lessons/talk.jinja", context, status=status)


def _needs(place: Place) -> list[tuple[Need, str]]:
    """Each need with whether it was met, hurt or left."""
    return [(each, "hurt" if each in place.hurt else "met" if each in place.met else "left") for each in Need]


def _write(talk: Talk, id_: str, chosen: Sequence[str]) -> str:
    return signing.dumps([talk.digest, id_, list(chosen)], salt=SALT, compress=True)


def _read(talk: Talk, token: str) -> tuple[str, list[str]]:
    """Raises ProgressOver."""
    try:
        digest, id_, chosen = signing.loads(token, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError) as error:
        raise ProgressOver from error
    if digest != talk.digest:
        raise ProgressOver
    return id_, chosen
