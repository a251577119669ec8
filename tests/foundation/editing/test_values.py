"""Which values an entry may have: what is refused, with the words that a form says beside its field."""

import pytest
from django.utils.translation import override

from leeward.foundation.editing.errors import FieldRefused, Mistake
from leeward.foundation.editing.fields import TextsForm, line
from leeward.foundation.editing.mistakes import mistake, say
from leeward.foundation.editing.values import is_mail_address, is_web_address, mailbox, web_address


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://a.example", True),
        ("HTTP://a.example:8080/x?y=z#w", True),
        ("https://münchen.example/ä", True),
        ("https://xn--mnchen-3ya.example/", True),
        ("http://localhost:8000/", True),
        ("https://127.0.0.1/", True),
        ("https://[::1]/", True),
        ("ftp://a.example", False),
        ("https://", False),
        ("https://journal", False),
        ("https://-a.example", False),
        ("https://a.example:x", False),
        ("https://a.example:70000", False),
        ("https://somebody@a.example", False),
        ("https://a(.)example", False),
        ("//a.example", False),
        ("a.example", False),
        ("https://a b.example", False),
        ("https://a.example/an act", False),
        ("https://a.example/\u202etxt", False),
        ("https://a.example/\u00a0", False),
        ("https://[::1", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_web_addresses(address: str, *, is_one: bool) -> None:
    assert is_web_address(address) is is_one


def test_a_scheme_can_be_asked_for() -> None:
    assert not is_web_address("http://a.example", schemes=("https",))


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("name@example.com", True),
        ("first.last+tag@Mail.Example.com", True),
        ("name@xn--mnchen-3ya.example", True),
        ("name@example", False),
        ("name@münchen.example", False),
        ("name@example.com.", False),
        (".name@example.com", False),
        ("a name@example.com", False),
        ("name@example.com\n", False),
        ("name@example.com, other@example.com", False),
        ("name@@example.com", False),
        ("name@[::1]", False),
        (f"{'n' * 65}@example.com", False),
        (f"name@{'e' * 60}.{'e' * 60}.{'e' * 60}.{'e' * 60}.{'e' * 10}", False),
        ("", False),
    ],
)
def test_mailboxes(address: str, *, is_one: bool) -> None:
    assert is_mail_address(address) is is_one


def test_what_is_pasted_with_unseen_signs_around_it_is_taken_without_them() -> None:
    assert web_address("url", " https://a.example/\u200f") == "https://a.example/"
    assert mailbox("email", "\u200ename@example.com ") == "name@example.com"
    assert web_address("url", " ", optional=True) == mailbox("email", "", optional=True) == ""


def test_a_refusal_is_said_beside_its_field_in_the_readers_language() -> None:
    form = TextsForm({})
    with override("ar"):
        say(form, FieldRefused("title", Mistake.LONG, about=200))
        assert form.errors["title_en"][-1] == mistake(FieldRefused("title", Mistake.LONG, about=200))
        assert "200" in form.errors["title_en"][-1]
        assert "at most" not in form.errors["title_en"][-1]


def test_a_refusal_without_a_field_stands_above_the_form_with_its_label() -> None:
    form = TextsForm({})
    say(form, FieldRefused("budget", Mistake.MONEY), labels={"budget": "Budget"})
    assert form.non_field_errors()[0].startswith("Budget: Enter a sum")


def test_a_line_may_be_empty_unless_something_is_said_about_it() -> None:
    assert not line("Name").required
    assert line("Name", missing="Enter a name").required
