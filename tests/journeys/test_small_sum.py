"""In a real browser: pages that ask for something dear do their small sum while somebody types, or before they send."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from leeward.foundation.vault.operations import new_code
from leeward.foundation.vault.rules.work import is_done

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("real_sums")]
DONE = "() => document.querySelector('[data-leeward-sum]').value !== ''"


@pytest.mark.parametrize("path", ["/status/", "/staff/sign-in"])
def test_the_sum_is_done_while_somebody_types(person: Callable[..., Any], path: str) -> None:
    page = person().page
    page.goto(path)
    page.wait_for_function(DONE)
    challenge, proof = (page.locator(f"input[name={name}]").input_value() for name in ("challenge", "proof"))
    assert is_done(challenge=challenge, proof=proof)


def test_whoever_presses_at_once_sends_it_too(person: Callable[..., Any]) -> None:
    page = person().page
    page.goto("/status/")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        told = page.evaluate(
            """(code) => {
              const sum = document.querySelector('[data-leeward-sum]');
              sum.value = '';
              sum.form.elements.numbers.value = code;
              const button = Object.assign(document.createElement("button"), { name: "do", value: "send" });
              sum.form.append(button);
              sum.form.requestSubmit(button);
              return sum.form.querySelector("[role=status][data-leeward-wait]").textContent;
            }""",
            " ".join(new_code().groups),
        )
    assert told == "One moment. It goes on by itself."
    fields = {name: values[0] for name, values in parse_qs(sent.value.post_data).items()}
    assert is_done(challenge=fields["challenge"], proof=fields["proof"])
    assert fields["do"] == "send"  # which of the form's buttons it was
    page.get_by_text("No pages open with this code now").first.wait_for()
    page.wait_for_function(DONE)  # the page that says no has a sum of its own
    assert page.locator("input[name=challenge]").input_value() != fields["challenge"]
