"""The labels of enums in the reader's language."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext, gettext_lazy

from leeward.foundation.labels import Labelled

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def word(member: Labelled) -> str:
    """A member's label in the language that is being spoken."""
    return gettext(member.label)


def hint_of(member: Labelled) -> str:
    """The sentence that explains a member, in the language that is being spoken; "" where it has none."""
    return gettext(member.hint) if member.hint else ""


def choices_of(kind: type[Labelled]) -> "list[tuple[str, str | _StrPromise]]":
    """Every member of an enum as the choices of a form field."""
    return [(member.value, gettext_lazy(member.label)) for member in kind]


def tag_of(member: Labelled) -> dict[str, str]:
    """A member as the tag of its colour: what `tag` in `web/components.jinja` is given."""
    return {"text": word(member), "colour": member.colour}
