"""A spare code: opens the same as the first, is shown once, and ends from either of the two, with a new code, or with
everything."""

import re
import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from leeward.foundation.vault.errors import CodeRefused
from leeward.foundation.vault.models import AccessCode
from leeward.foundation.vault.operations import read_holding
from leeward.foundation.vault.rules.codes import Code
from leeward.victim.portal import operations
from leeward.victim.portal.errors import TokenBroken
from leeward.victim.portal.operations import open_with_code
from leeward.victim.portal.rules.visits import Bearer
from tests.victim.portal.conftest import CODE

NOW = timezone.now()
HERE = "/status/spare"


@pytest.fixture
def two() -> tuple[Bearer, Code, Code]:
    """Somebody with a code and a spare one, and the two."""
    token = operations.make_begin_token(now=NOW).token
    bearer = operations.begin_bearer(token=token, name="report", begin=lambda _key: None, now=NOW)
    spare = operations.make_spare_token(bearer=bearer, now=NOW).token
    for _ in range(2):  # pressed twice
        with_spare = operations.make_spare(bearer=bearer, token=spare, now=NOW)
        bearer = operations.find_hers(bearer)
    assert token.code
    assert spare.code
    assert with_spare == bearer
    return bearer, token.code, spare.code


def test_both_open_the_same_and_confirm_it(two: tuple[Bearer, Code, Code]) -> None:
    bearer, code, spare = two
    came = open_with_code(code=spare, now=NOW)
    assert (came.key, came.holds) == (bearer.key, bearer.holds)
    assert (came.look_up, came.other) == (spare.look_up, code.look_up)
    for each in (code, spare):
        for visit in (bearer, came):
            operations.confirm_code(bearer=visit, code=each, now=NOW)
    stranger = operations.make_begin_token(now=NOW).token
    operations.begin_bearer(token=stranger, name="report", begin=lambda _key: None, now=NOW)
    assert stranger.code
    with pytest.raises(CodeRefused):
        operations.confirm_code(bearer=came, code=stranger.code, now=NOW)


def test_what_is_put_under_one_is_under_both_and_both_live_as_long(two: tuple[Bearer, Code, Code]) -> None:
    bearer, _code, spare = two
    locker = uuid.uuid4()
    before = operations.hold(bearer=replace(bearer, other=""), name="locker", reference=locker)  # an older window
    assert open_with_code(code=spare, now=NOW).holds == before.holds
    operations.keep_longer(bearer=operations.find_hers(bearer), now=NOW, until=date(2036, 1, 1))
    assert len(set(AccessCode.objects.values_list("expires_on", flat=True))) == 1
    assert AccessCode.objects.filter(expires_on__gte=date(2036, 1, 1)).count() == 2


@pytest.mark.parametrize("comes_with", [1, 2])
def test_either_ends_the_other_and_stays(two: tuple[Bearer, Code, Code], comes_with: int) -> None:
    came, left = two[comes_with], two[3 - comes_with]
    assert isinstance(came, Code)
    assert isinstance(left, Code)
    visit = open_with_code(code=left, now=NOW)
    for _ in range(2):
        alone = operations.end_other(bearer=open_with_code(code=came, now=NOW))
    assert operations.find_hers(alone).other == ""
    assert not operations.is_code_good(visit)  # what was open with it closes
    with pytest.raises(CodeRefused):
        open_with_code(code=left, now=NOW)
    assert open_with_code(code=came, now=NOW).holds == visit.holds


def test_a_new_code_ends_both(two: tuple[Bearer, Code, Code]) -> None:
    bearer, code, spare = two
    token = operations.make_change_token(bearer=bearer, now=NOW).token
    changed = operations.change_code(bearer=bearer, token=token, now=NOW)
    assert (operations.find_hers(changed).other, AccessCode.objects.count()) == ("", 1)
    for each in (code, spare):
        with pytest.raises(CodeRefused):
            open_with_code(code=each, now=NOW)


def test_erasing_leaves_neither(two: tuple[Bearer, Code, Code]) -> None:
    operations.erase_all(bearer=replace(two[0], other=""), now=NOW)  # a window from before the spare one
    assert not AccessCode.objects.exists()


def test_there_is_never_a_third_nor_one_that_staff_have_seen(two: tuple[Bearer, Code, Code]) -> None:
    bearer, *_codes = two
    older = replace(bearer, other="")  # another window, which knows of none
    for each in (older, replace(older, typist="sam")):
        with pytest.raises(TokenBroken):
            operations.make_spare(bearer=each, token=operations.make_spare_token(bearer=each, now=NOW).token, now=NOW)
    assert AccessCode.objects.count() == 2


def test_only_their_own_key_tells_that_two_are_one_persons(two: tuple[Bearer, Code, Code]) -> None:
    bearer, code, spare = two
    assert set(read_holding(bearer.key)["codes"].split()) == {code.look_up, spare.look_up}
    first, second = AccessCode.objects.order_by("look_up").values()
    shared = {name for name in first if first[name] == second[name]}
    assert shared == {"memory_kib", "passes", "lanes", "expires_on"}


class TestPages:
    def test_it_is_shown_once_and_used_like_the_first(self, visitor: Any) -> None:
        code = visitor.protect("one")
        assert "Make a spare code" in visitor.client.get("/status/code").content.decode()
        page = visitor.client.get(HERE).content.decode()
        assert 'id="code-label">Your spare code<' in page  # nobody takes it for their own, replaced
        [spare], [token] = CODE.findall(page), re.findall(r'name="token" value="([^"]+)"', page)[-1:]
        press = {"token": token, "kept": "on", "numbers": code}
        for lacking in ({"kept": ""}, {"numbers": "1"}):
            answer = visitor.client.post(HERE, {**press, **lacking})
            assert answer.status_code in (403, 422)
            assert spare in answer.content.decode()  # the same one: it may be written down already
        assert AccessCode.objects.count() == 1
        assert visitor.client.post(HERE, press).headers["Location"] == "/status/pictures"
        assert "Your spare code is good" in visitor.client.get("/status/pictures").content.decode()
        page = visitor.client.get(HERE).content.decode()
        assert spare not in page
        assert f"{spare[:9]}</bdi>" in page
        assert visitor.client.post(HERE, press).headers["Location"] == HERE  # pressed twice
        other = Client()
        assert other.post("/status/", {"numbers": spare}).headers["Location"] == "/status/pictures"
        assert other.post(HERE, {"numbers": "1"}).status_code == 422
        assert other.post(HERE, {"numbers": spare}).headers["Location"] == "/status/pictures"
        assert "The other code opens nothing any more." in other.get("/status/pictures").content.decode()
        assert visitor.client.get("/status/pictures").headers["Location"] == "/status/"
        assert Client().post("/status/", {"numbers": code}).status_code == 403
