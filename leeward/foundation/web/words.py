"""Labels of enums, and what people wrote in several languages, in the reader's own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language, get_language_info, gettext_lazy

from leeward.foundation.labels import Labelled, language_of
from leeward.foundation.web.easy import gettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def word(member: Labelled) -> str:
    """A member's label in the language that is being spoken."""
    return gettext(member.label)


def hint_of(member: Labelled) -> str:
    """The sentence that explains a member, in the language that is being spoken; "" where it has none."""
    return gettext(member.hint) if member.hint else ""


def told(texts: Mapping[str, str]) -> str:
    """A text in the reader's language, else in the nation's own, else in any; "" where there is none."""
    return texts.get(told_in(texts), "")


def told_in(texts: Mapping[str, str]) -> str:
    """The language in which `told` answers."""
    return language_of(texts, language=spoken(), main_language=settings.LANGUAGE_CODE)


def spoken() -> str:
    """The reader's language."""
    return get_language() or settings.LANGUAGE_CODE


def language(code: str) -> str:
    """The name of a language in the reader's own; its code where it has none."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def choices_of(kind: type[Labelled]) -> "list[tuple[str, str | _StrPromise]]":
    """Every member of an enum as the choices of a form field."""
    return [(member.value, gettext_lazy(member.label)) for member in kind]


def hints_of(kind: type[Labelled]) -> "dict[str, _StrPromise]":
    """The hints of an enum's members by their values: what `form_field` puts under each choice."""
    return {member.value: gettext_lazy(member.hint) for member in kind if member.hint}
