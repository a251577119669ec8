"""One code, one key: what is kept under it, that it survives a new code, and that a stolen database opens nothing."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import mark_safe

from leeward.foundation.audit.rules import Actor
from leeward.foundation.vault.errors import HoldingUnknown
from leeward.foundation.vault.models import AccessCode, Holding
from leeward.foundation.vault.operations import harden_code, keep_code, open_code, read_holding, read_private_key
from leeward.foundation.vault.rules.codes import read_code
from leeward.industry.bank.models import Picture, Submission
from leeward.industry.bank.operations import open_submission
from leeward.industry.bank.rules import AbuseKind
from leeward.victim.portal import holders
from leeward.victim.portal.errors import TokenBroken
from leeward.victim.portal.holders import Holder
from leeward.victim.portal.operations import (
    begin_bearer,
    erase_all,
    find_hers,
    hold,
    make_add_token,
    make_begin_token,
    make_send_token,
    open_with_code,
    renew_pictures,
    seal_visit,
    send_more,
    send_pictures,
)
from leeward.victim.portal.operations.bearers import UNSEEN
from leeward.victim.portal.rules.doors import Door
from leeward.victim.portal.rules.payload import read_pictures
from leeward.victim.portal.rules.tokens import TokenPurpose, read_token
from leeward.victim.portal.rules.visits import Bearer, begin_visit, read_visit

NOW = timezone.now()


def pictures(visitor: Any, *seeds: str) -> Any:
    return read_pictures(visitor.payload(*seeds))


def send(visitor: Any, *seeds: str) -> Bearer:
    return send_pictures(
        token=make_send_token(now=NOW).token,
        pictures=pictures(visitor, *(seeds or ("one",))),
        now=NOW,
    )


def begin() -> tuple[Bearer, Any]:
    token = make_begin_token(now=NOW).token
    return begin_bearer(token=token, name="report", begin=lambda _key: None, now=NOW), token


def test_one_code_opens_pictures_and_report(visitor: Any) -> None:
    bearer, token = begin()
    assert bearer.holds == {"report": token.reference}
    added = make_add_token(bearer=bearer, now=NOW).token
    with_pictures = send_more(bearer=bearer, token=added, pictures=pictures(visitor, "one"), now=NOW)
    opened = open_with_code(code=token.code, now=NOW)
    assert opened == with_pictures
    assert opened.holds == {"report": token.reference, "submission": added.reference}


def test_pictures_first_and_a_report_later_stand_under_the_same_code(visitor: Any, neighbour: Any) -> None:
    code = read_code(visitor.protect("one"))
    report = uuid.uuid4()
    bearer = hold(bearer=open_with_code(code=code, now=NOW), name="report", reference=report)
    assert open_with_code(code=code, now=NOW) == bearer
    assert bearer.holds["report"] == report
    assert bearer.submission == Submission.objects.get().reference


def test_the_first_pictures_under_a_report_count_once(visitor: Any) -> None:
    bearer, _token = begin()
    added = make_add_token(bearer=bearer, now=NOW).token
    for held in (bearer, find_hers(bearer), bearer):  # pressed again, and again in a window that knows nothing of it
        send_more(bearer=held, token=added, pictures=pictures(visitor, "one"), now=NOW)
    assert (Submission.objects.count(), Picture.objects.count()) == (1, 1)
    other = make_add_token(bearer=find_hers(bearer), now=NOW).token
    send_more(bearer=find_hers(bearer), token=other, pictures=pictures(visitor, "two"), now=NOW)
    assert Picture.objects.count() == 2
    with pytest.raises(TokenBroken):
        send_more(bearer=find_hers(bearer), token=make_add_token(bearer=bearer, now=NOW).token, pictures=(), now=NOW)


def test_beginning_twice_begins_once() -> None:
    token = make_begin_token(now=NOW).token
    made: list[str] = []
    bearers = [
        begin_bearer(token=token, name="report", begin=lambda key: made.append(key.grantee.id), now=NOW)
        for _ in range(2)
    ]
    assert bearers[0] == bearers[1]
    assert len(made) == AccessCode.objects.count() == Holding.objects.count() == 1


def test_a_beginning_that_fails_leaves_nothing() -> None:
    def fail(_key: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        begin_bearer(token=make_begin_token(now=NOW).token, name="report", begin=fail, now=NOW)
    assert (AccessCode.objects.count(), Holding.objects.count()) == (0, 0)


def _old_code(visitor: Any) -> tuple[Any, uuid.UUID]:
    """A code as an earlier release kept it: it leads straight to a submission."""
    reference, code = uuid.uuid4(), make_begin_token(now=NOW).token.code
    open_submission(
        reference=reference,
        pictures=pictures(visitor, "one"),
        abuse_kind=AbuseKind.SHARED,
        by=Actor.person(),
        now=NOW,
    )
    assert code is not None
    keep_code(sealed=harden_code(code=code), payload=str(reference), now=NOW)
    return code, reference


def test_a_code_from_before_opens_and_is_upgraded_once(visitor: Any) -> None:
    code, reference = _old_code(visitor)
    first = open_with_code(code=code, now=NOW)
    assert first.submission == reference
    assert read_private_key(open_code(code=code, now=NOW).payload.removeprefix(UNSEEN)) == first.key
    assert open_with_code(code=code, now=NOW) == first
    assert Holding.objects.count() == 1
    assert visitor.enter(" ".join(code.groups)).headers["Location"] == "/status/pictures"
    assert "Picture 1" in visitor.get("door", door="pictures").content.decode()


def test_two_windows_that_upgrade_at_once_get_one_key(visitor: Any) -> None:
    code, reference = _old_code(visitor)
    before = bytes(AccessCode.objects.get().sealed)
    first = open_with_code(code=code, now=NOW)
    AccessCode.objects.update(sealed=before)  # the other window had read the code before the first wrote
    assert open_with_code(code=code, now=NOW) == first
    assert first.submission == reference


def test_a_new_code_keeps_key_and_holding(visitor: Any, neighbour: Any) -> None:
    typed = visitor.protect("one")
    old = open_with_code(code=read_code(typed), now=NOW)
    page = visitor.get("new-numbers")
    visitor.post("new-numbers", {"token": visitor.field_in(page, "token"), "kept": "on", "numbers": typed})
    new = open_with_code(code=read_code(visitor.code_in(page)), now=NOW)
    assert (new.key, new.submission) == (old.key, old.submission)
    assert new.look_up != old.look_up


def test_erasing_forgets_the_holding_and_asks_every_holder(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Bearer] = []
    monkeypatch.setattr(holders, "_holders", {})
    holders.register(
        "told", Holder(door=Door.PICTURES, show=lambda *_: "", erase=lambda bearer, _now: asked.append(bearer))
    )
    bearer = send(visitor)
    for _ in range(2):
        erase_all(bearer=bearer, now=NOW)
    assert asked == [bearer, bearer]
    assert (AccessCode.objects.count(), Holding.objects.count(), Submission.objects.count()) == (0, 0, 0)
    with pytest.raises(HoldingUnknown):
        read_holding(bearer.key)


def test_renewing_moves_the_holdings_end_too(visitor: Any) -> None:
    bearer = send(visitor)
    ends = Holding.objects.get().expires_on
    renew_pictures(bearer=bearer, now=NOW + timedelta(days=300))
    assert Holding.objects.get().expires_on > ends + timedelta(days=270)
    assert find_hers(bearer) == bearer


def test_the_page_shows_what_others_hold(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def show(_request: HttpRequest, bearer: Bearer, _now: object) -> str:
        return mark_safe(f"<h2>Told {'report' not in bearer.holds}</h2>")  # noqa: S308

    visitor.protect("one")
    monkeypatch.setattr(holders, "_holders", {"told": Holder(door=Door.PICTURES, show=show, erase=lambda *_: None)})
    text = visitor.get("door", door="pictures").content.decode()
    assert "<h2>Told True</h2>" in text
    assert "Picture 1" in text


def test_a_stolen_database_opens_nothing(visitor: Any) -> None:
    """All rows, and not the browser's cookie nor the code: neither holding nor code names a submission or a key."""
    bearer = send(visitor)
    assert bearer.submission
    rows = [*AccessCode.objects.values_list(), *Holding.objects.values_list()]
    text = "|".join(
        bytes(value).hex() + bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        for row in rows
        for value in row
    )
    secrets = (bearer.key.private.hex(), bearer.key.grantee.id, bearer.key.grantee.public_key.hex())
    for planted in (str(bearer.submission), bearer.submission.hex, bearer.submission.bytes.decode("latin-1"), *secrets):
        assert planted not in text
    stranger = send(visitor, "two")
    with pytest.raises(HoldingUnknown):
        read_holding(begin()[0].key.__class__(grantee=bearer.key.grantee, private=bytes(32)))
    assert find_hers(stranger).submission != bearer.submission


def test_a_visit_from_before_is_over_and_a_new_one_reads_back(visitor: Any) -> None:
    bearer = send(visitor)
    visit = begin_visit(now=NOW, bearer=bearer)
    assert read_visit(visit.to_text()) == visit
    assert bearer.key.private.hex() not in seal_visit(visit)
    assert read_visit(visit.to_text().replace('"key":"lwk1', '"key":"lwk0')) is None
    assert "private" not in repr(visit)


def test_a_token_without_what_it_needs_is_broken() -> None:
    token = make_begin_token(now=NOW).token
    text = token.to_text()
    assert read_token(text, purpose=TokenPurpose.BEGIN, now=NOW) == token
    for broken in (text.replace("lwk1.", "lwk9."), text.replace('"key":"lwk1.', '"key":"","x":"')):
        with pytest.raises(TokenBroken):
            read_token(broken, purpose=TokenPurpose.BEGIN, now=NOW)
    with pytest.raises(TokenBroken):
        read_token(text, purpose=TokenPurpose.SEND, now=NOW)
