"""Turns a Django form into the parameters of our components, so that templates hold no logic and views no markup.

The parameter names are those of GOV.UK Frontend's macros; only `web/components.jinja` knows that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.forms import BaseForm, BoundField, widgets
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from leeward.foundation.records import Record
from leeward.foundation.web.easy import ease
from leeward.foundation.web.errors import UnknownWidget

type Text = str | Promise

# Attributes that the macros take as parameters of their own; all others go through as plain attributes.
NAMED_ATTRIBUTES = ("autocomplete", "autocapitalize", "inputmode", "pattern", "spellcheck")
# Set by us or by the macro, never by hand.
OWN_ATTRIBUTES = ("id", "name", "type", "value", "class", "required", "rows", "aria-describedby", "aria-invalid")


@dataclass(frozen=True, kw_only=True)
class Component:
    """One macro to call (`kind`) and what to give it."""

    kind: str
    params: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ErrorLink:
    """One line of the error summary: what is wrong, and the control where it is mended ("" where there is none)."""

    text: str
    href: str


def describe_field(
    field: BoundField,
    *,
    heading: bool = False,
    classes: str = "",
    choice_hints: Mapping[str, Text] | None = None,
) -> Component:
    """Describe a field of a form for its macro.

    `heading` makes the label the page's h1. `choice_hints` are keyed by a choice's value and give a line below the
    choice. Raises UnknownWidget for a control that we have no macro for.
    """
    widget = field.field.widget
    options = _Options(heading=heading, classes=classes, choice_hints=choice_hints or {})
    if isinstance(widget, widgets.HiddenInput):
        return Component(kind="hidden", params={"id": field.auto_id, "name": field.html_name, "value": field.value()})
    if isinstance(widget, widgets.CheckboxInput):
        return Component(kind="checkboxes", params=_single_checkbox(field, options))
    if isinstance(widget, widgets.CheckboxSelectMultiple):
        return Component(kind="checkboxes", params=_choices(field, options))
    if isinstance(widget, widgets.RadioSelect):
        return Component(kind="radios", params=_choices(field, options))
    if isinstance(widget, widgets.Select) and not widget.allow_multiple_selected:
        return Component(kind="select", params=_select(field, options))
    if isinstance(widget, widgets.MultiWidget):
        return Component(kind="day", params=_day(field, options))
    if isinstance(widget, widgets.Textarea):
        return Component(kind="textarea", params=_textarea(field, options))
    if type(widget) is widgets.FileInput:
        return Component(kind="file", params=_file(field, options))
    if isinstance(widget, widgets.Input) and not isinstance(widget, widgets.FileInput):
        return Component(kind="input", params=_input(field, options))
    raise UnknownWidget(field=field.name, widget=type(widget).__name__)


def describe_errors(form: BaseForm) -> tuple[ErrorLink, ...]:
    """List every error of the form in the order of its fields; those of the whole form come first."""
    links = [ErrorLink(text=str(error), href="") for error in form.non_field_errors()]
    for field in form:
        href = f"#{_first_control(field)}" if field.auto_id and not field.is_hidden else ""
        links += [ErrorLink(text=str(error), href=href) for error in field.errors]
    return tuple(links)


def _first_control(field: BoundField) -> str:
    """The id of the control that the error summary links to."""
    return f"{field.auto_id}-day" if isinstance(field.field.widget, widgets.MultiWidget) else field.auto_id


@dataclass(frozen=True, kw_only=True)
class _Options:
    heading: bool
    classes: str
    choice_hints: Mapping[str, Text]


def _common(field: BoundField) -> Record:
    params: Record = {"name": field.html_name}
    if field.help_text:
        params["hint"] = _text(field.help_text)
    if field.errors:
        params["errorMessage"] = {
            "text": " ".join(str(error) for error in field.errors),
            "visuallyHiddenText": gettext("Error"),
        }
    return params


def _text(text: Text) -> Record:
    """Markup only where Django's own types say that it is markup; everything else is escaped by the macro."""
    plain = ease(str(text))
    return {"html": plain} if isinstance(plain, SafeString) else {"text": plain}


def _label(field: BoundField, options: _Options) -> Record:
    label = _text(field.label or "")
    if options.heading:
        return {**label, "classes": "govuk-label--l", "isPageHeading": True}
    return label


def _legend(field: BoundField, options: _Options) -> Record:
    size = "l" if options.heading else "m"
    legend = {**_text(field.label or ""), "classes": f"govuk-fieldset__legend--{size}"}
    return {"legend": {**legend, "isPageHeading": True} if options.heading else legend}


def _attributes(field: BoundField) -> Record:
    attributes = field.field.widget.attrs
    named = {name: attributes[name] for name in NAMED_ATTRIBUTES if name in attributes}
    if "spellcheck" in named:
        named["spellcheck"] = str(named["spellcheck"]).lower() == "true"
    rest = {
        name: value for name, value in attributes.items() if name not in NAMED_ATTRIBUTES and name not in OWN_ATTRIBUTES
    }
    return {**named, "attributes": rest}


def _written(field: BoundField) -> Record:
    """Return what was typed before, as the widget would write it (never a secret: Django empties password fields)."""
    widget = field.field.widget
    if isinstance(widget, widgets.PasswordInput) and not widget.render_value:
        return {}
    value = widget.format_value(field.value())
    return {} if value is None else {"value": str(value)}


def _input(field: BoundField, options: _Options) -> Record:
    widget = field.field.widget
    assert isinstance(widget, widgets.Input)  # noqa: S101  # narrows the type; the caller has looked
    kind = "text" if widget.input_type == "number" else widget.input_type
    params = {
        **_common(field),
        "id": field.auto_id,
        "type": kind,
        "label": _label(field, options),
        "classes": options.classes,
        **_written(field),
        **_attributes(field),
    }
    if widget.input_type == "number":  # spin buttons and scroll wheels change numbers by accident
        params.setdefault("inputmode", "numeric")
    return params


def _file(field: BoundField, options: _Options) -> Record:
    return {
        **_common(field),
        "id": field.auto_id,
        "label": _label(field, options),
        "classes": options.classes,
        **_attributes(field),
    }


def _textarea(field: BoundField, options: _Options) -> Record:
    return {
        **_common(field),
        "id": field.auto_id,
        "rows": field.field.widget.attrs.get("rows", 5),
        "label": _label(field, options),
        "classes": options.classes,
        **_written(field),
        **_attributes(field),
    }


def _select(field: BoundField, options: _Options) -> Record:
    return {
        **_common(field),
        "id": field.auto_id,
        "label": _label(field, options),
        "classes": options.classes,
        "items": _options(field),
        **_attributes(field),
    }


def _options(field: BoundField) -> list[Record]:
    chosen = {str(value) for value in _as_list(field.value())}
    return [
        {"value": str(value), "text": str(label), "selected": str(value) in chosen}
        for value, label in _flat_choices(field)
    ]


def _choices(field: BoundField, options: _Options) -> Record:
    chosen = {str(value) for value in _as_list(field.value())}
    return {
        **_common(field),
        "idPrefix": field.auto_id,  # the first control has this very id: the error summary links to it
        "fieldset": _legend(field, options),
        "classes": options.classes,
        "items": [_choice(str(value), label, str(value) in chosen, options) for value, label in _flat_choices(field)],
    }


def _day(field: BoundField, options: _Options) -> Record:
    """Three boxes. Where one is empty beside others that are not, that one is marked; else all of them."""
    widget = field.field.widget
    assert isinstance(widget, widgets.MultiWidget)  # noqa: S101  # narrows the type; the caller has looked
    value = field.value()
    typed = value if isinstance(value, list) else list(widget.decompress(value) or ())
    empty = [not str(each or "").strip() for each in typed]
    labels = (gettext("Day"), gettext("Month"), gettext("Year"))
    return {
        **{key: each for key, each in _common(field).items() if key != "name"},
        "id": field.auto_id,
        "fieldset": _legend(field, options) if options.heading else {"legend": _text(field.label or "")},
        "classes": options.classes,
        "items": [
            {
                "id": f"{field.auto_id}-{name}",
                "name": f"{field.html_name}_{name}",
                "label": label,
                "value": str(each or ""),
                "classes": f"govuk-input--width-{4 if name == 'year' else 2}"
                + (" govuk-input--error" if field.errors and (is_empty or not any(empty)) else ""),
            }
            for name, label, each, is_empty in zip(("day", "month", "year"), labels, typed, empty, strict=True)
        ],
    }


def _choice(value: str, label: Text, checked: bool, options: _Options) -> Record:  # noqa: FBT001
    item = {"value": value, **_text(label), "checked": checked}
    if value in options.choice_hints:
        item["hint"] = _text(options.choice_hints[value])
    return item


def _single_checkbox(field: BoundField, options: _Options) -> Record:
    """One box: the label stands beside it, and the hint below the label."""
    params = _common(field)
    hint = params.pop("hint", None)
    item = {"value": "on", "id": field.auto_id, **_text(field.label or ""), "checked": bool(field.value())}
    return {
        **params,
        "idPrefix": field.auto_id,
        "classes": options.classes,
        "items": [{**item, "hint": hint} if hint else item],
    }


def _flat_choices(field: BoundField) -> list[tuple[Any, Text]]:
    """The choices without their groups, and without the blank one that Django adds to unforced radios."""
    widget = field.field.widget
    assert isinstance(widget, widgets.ChoiceWidget)  # noqa: S101  # narrows the type; the caller has looked
    flat: list[tuple[Any, Text]] = []
    for value, label in widget.choices:
        if isinstance(label, list | tuple):
            flat.extend(label)
        else:
            flat.append((value, cast("Text", label)))
    if isinstance(widget, widgets.Select):
        return flat
    return [(value, label) for value, label in flat if value not in ("", None)]


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]
