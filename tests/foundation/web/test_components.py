"""Our components against the fixtures that GOV.UK Frontend ships, and forms against what a person must find."""

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import engines
from django.utils.safestring import mark_safe

from leeward.foundation.editing.fields import DayField
from leeward.foundation.web.components import describe_errors, describe_field
from leeward.foundation.web.errors import UnknownWidget

COMPONENTS = Path(__file__).resolve().parents[3] / "node_modules/govuk-frontend/dist/govuk/components"
FIXTURES = sorted(COMPONENTS.glob("*/fixtures.json"))
# The macros of 4.1.0 were measured against 6.3.0: every one of its examples must come out equal, none may go missing.
EXAMPLES = 657
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Shape(HTMLParser):
    """Markup as a list of tags with sorted attributes and of words, so that white space does not matter."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, " ".join((value or "").split())) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if words := " ".join(data.split()):
            self.parts.append(words)


def shape(markup: str) -> list[Any]:
    parser = Shape()
    parser.feed(markup)
    parser.close()
    return parser.parts


def render(source: str, **context: Any) -> str:
    return engines.all()[0].from_string(source).render(context)


def macro_name(component: str) -> str:
    return "govuk" + "".join(word.capitalize() for word in component.split("-"))


def examples() -> list[Any]:
    return [
        pytest.param(file.parent.name, example, id=f"{file.parent.name}-{example['name']}")
        for file in FIXTURES
        for example in json.loads(file.read_text())["fixtures"]
    ]


def test_no_example_is_missing() -> None:
    assert len(examples()) == EXAMPLES


@pytest.mark.parametrize(("component", "example"), examples())
def test_macros_are_those_of_govuk_frontend(component: str, example: dict[str, Any]) -> None:
    name = macro_name(component)
    source = f'{{% from "govuk_frontend_jinja/components/{component}/macro.html" import {name} %}}'
    made = render(f"{source}{{{{ {name}(params) }}}}", params=example["options"])
    assert shape(made) == shape(example["html"])


class Trip(forms.Form):
    name = forms.CharField(
        label="Your name",
        help_text="As you like",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-x": "1"}),
    )
    count = forms.IntegerField(label="How many")
    secret = forms.CharField(label="Secret", widget=forms.PasswordInput)
    story = forms.CharField(label="Story", widget=forms.Textarea(attrs={"rows": 8}), required=False)
    kind = forms.ChoiceField(
        label="What happened",
        choices=[("shared", "It was shared"), ("threat", "Somebody threatens")],
        widget=forms.RadioSelect,
    )
    things = forms.MultipleChoiceField(
        label="Which", choices=[("Group", [("a", "A"), ("b", "B")]), ("c", "C")], widget=forms.CheckboxSelectMultiple
    )
    place = forms.ChoiceField(label="Where", choices=[("", "Choose"), ("x", "X & Y")])
    agreed = forms.BooleanField(label="I agree", help_text="You can change your mind")
    begun = DayField(label="Since when", required=True)
    token = forms.CharField(widget=forms.HiddenInput, initial='"><b>')


FORM_FIELD = '{% from "web/components.jinja" import form_field %}{{ form_field(field, **options) }}'


def show(form: forms.Form, name: str, **options: Any) -> str:
    return render(FORM_FIELD, field=form[name], options=options)


def test_input_has_label_hint_and_attributes() -> None:
    parts = dict_of(show(Trip(initial={"name": 'A"B<'}), "name"), "input")
    assert parts["id"] == "id_name"
    assert parts["name"] == "name"
    assert parts["type"] == "text"
    assert parts["value"] == 'A"B<'
    assert parts["autocomplete"] == "off"
    assert parts["spellcheck"] == "false"
    assert parts["maxlength"] == "20"
    assert parts["data-x"] == "1"
    assert parts["aria-describedby"] == "id_name-hint"
    assert "required" not in parts


def test_numbers_are_typed_not_spun() -> None:
    parts = dict_of(show(Trip(), "count"), "input")
    assert parts["type"] == "text"
    assert parts["inputmode"] == "numeric"


def test_a_secret_is_never_written_back() -> None:
    markup = show(Trip({"secret": "hunter2-hunter2"}), "secret")
    assert "hunter2" not in markup
    assert dict_of(markup, "input")["type"] == "password"


def test_what_was_typed_stays_and_is_escaped() -> None:
    assert "&lt;script&gt;" in show(Trip({"story": "<script>"}), "story")
    assert "<script>" not in show(Trip({"name": "<script>"}), "name")
    assert '"><b>' not in show(Trip(), "token")


def test_first_radio_has_the_field_id_and_choice_hints_show() -> None:
    markup = show(Trip({"kind": "threat"}), "kind", choice_hints={"threat": "Even if nothing is posted"}, heading=True)
    tags = [dict(attrs) for tag, attrs in parsed(markup) if tag == "input"]
    assert [tag["id"] for tag in tags] == ["id_kind", "id_kind-2"]
    assert ["checked" in tag for tag in tags] == [False, True]
    assert "Even if nothing is posted" in markup
    assert "<h1" in markup


def test_groups_of_choices_are_flattened_and_several_are_kept() -> None:
    tags = [dict(attrs) for tag, attrs in parsed(show(Trip({"things": ["a", "c"]}), "things")) if tag == "input"]
    assert [(tag["value"], "checked" in tag) for tag in tags] == [("a", True), ("b", False), ("c", True)]


def test_select_keeps_its_blank_line() -> None:
    markup = show(Trip({"place": "x"}), "place")
    options = [dict(attrs) for tag, attrs in parsed(markup) if tag == "option"]
    assert [(option["value"], "selected" in option) for option in options] == [("", False), ("x", True)]
    assert "X &amp; Y" in markup


def test_one_checkbox_has_its_label_beside_it() -> None:
    markup = show(Trip({"agreed": "on"}), "agreed")
    box = dict_of(markup, "input")
    assert (box["id"], box["name"], "checked" in box) == ("id_agreed", "agreed", True)
    assert "You can change your mind" in markup
    assert "<legend" not in markup


def test_a_day_has_three_boxes_with_a_name_together_and_each() -> None:
    markup = show(Trip(initial={"begun": date(2026, 11, 2)}), "begun")
    assert "<legend" in markup
    for part, value in (("day", "2"), ("month", "11"), ("year", "2026")):
        box = dict_of(markup, "input", id=f"id_begun-{part}")
        assert (box["name"], box["value"], box["inputmode"]) == (f"begun_{part}", value, "numeric")
        assert dict_of(markup, "label", **{"for": f"id_begun-{part}"})
    lacking = show(Trip({"begun_day": "2", "begun_month": "", "begun_year": "2026"}), "begun")
    marked = [
        dict(attrs)["id"] for _tag, attrs in parsed(lacking) if "govuk-input--error" in dict(attrs).get("class", "")
    ]
    assert marked == ["id_begun-month"]
    assert dict_of(lacking, "input", id="id_begun-year")["value"] == "2026"


def test_help_text_is_markup_only_when_it_is_marked_so() -> None:
    form = Trip()
    form.fields["name"].help_text = "<b>no</b>"
    assert "&lt;b&gt;no" in show(form, "name")
    form = Trip()
    form.fields["name"].help_text = mark_safe("<b>yes</b>")
    assert "<b>yes</b>" in show(form, "name")


def test_a_widget_without_component_is_refused_by_name() -> None:
    class Upload(forms.Form):
        picture = forms.FileField()

    with pytest.raises(UnknownWidget, match=r"'picture'.*ClearableFileInput"):
        describe_field(Upload()["picture"])


def test_each_error_links_to_the_control_where_it_is_mended() -> None:
    form = Trip({"name": "x" * 30, "token": ""})
    form.add_error(None, "Something about the whole")
    links = describe_errors(form)
    assert (links[0].text, links[0].href) == ("Something about the whole", "")
    markup = render(
        '{% from "web/components.jinja" import error_summary, form_field %}{{ error_summary(form) }}'
        "{% for field in form %}{{ form_field(field) }}{% endfor %}",
        form=form,
    )
    ids = {dict(attrs).get("id") for _tag, attrs in parsed(markup)}
    targets = [link.href.removeprefix("#") for link in links if link.href]
    assert len(targets) == 8
    assert set(targets) <= ids
    assert "There is a problem" in markup
    assert dict_of(markup, "input", id="id_name")["aria-describedby"] == "id_name-hint id_name-error"


def test_a_form_without_errors_has_no_summary() -> None:
    assert (
        render('{% from "web/components.jinja" import error_summary %}{{ error_summary(form) }}', form=Trip()).strip()
        == ""
    )


def test_every_component_escapes_what_it_is_given() -> None:
    bad = "<img src=x>"
    markup = render(
        """{% import "web/components.jinja" as ui with context %}
        {{ ui.button(bad, name=bad, value=bad) }}{{ ui.link_button(bad, bad) }}{{ ui.warning(bad) }}{{ ui.inset(bad) }}
        {{ ui.panel(bad, bad) }}{{ ui.tag(bad) }}{{ ui.notification(bad) }}{{ ui.card(bad, bad, bad) }}
        {{ ui.summary_list([{"key": bad, "value": bad, "actions": [{"href": bad, "text": bad, "about": bad}]}]) }}
        {{ ui.table(bad, [bad], [[bad]]) }}{% call ui.details(bad) %}{{ bad }}{% endcall %}
        {% call ui.warning() %}{{ bad }}{% endcall %}""",
        bad=bad,
    )
    assert bad not in markup
    assert markup.count("&lt;img") >= 20


def parsed(markup: str) -> list[Any]:
    return [part for part in shape(markup) if isinstance(part, tuple)]


def dict_of(markup: str, tag: str, **having: str) -> dict[str, str]:
    for name, attrs in parsed(markup):
        if name == tag and having.items() <= dict(attrs).items():
            return dict(attrs)
    raise AssertionError(f"no <{tag}> with {having} in {re.sub(r'\\s+', ' ', markup)}")
