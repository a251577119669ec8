"""The labels of enums in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from leeward.foundation.labels import Labelled


def word(member: Labelled) -> str:
    """A member's label in the language that is being spoken."""
    return gettext(member.label)


def choices_of(kind: type[Labelled]) -> list[tuple[str, str | Promise]]:
    """Every member of an enum as the choices of a form field."""
    return [(member.value, gettext_lazy(member.label)) for member in kind]
