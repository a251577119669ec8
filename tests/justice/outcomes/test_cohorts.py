"""Files of cohorts: sealed as they come in, counted by an analyst, destroyed when accepted; what anybody then reads."""

import hashlib
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from leeward.foundation.accounts.rules import Role
from leeward.foundation.vault.models import Grant
from leeward.justice.outcomes.models import Authority, Cohort, CohortPart, CohortResult, Method
from leeward.justice.outcomes.operations.cohorts import destroy_waiting
from leeward.justice.outcomes.operations.links import make_link
from leeward.justice.outcomes.rules.tokens import show_fingerprint
from tests.browsing import without_tokens
from tests.foundation.accounts import people
from tests.justice.outcomes.cohort_files import HEAD, KEY, OTHER, SEND, accept, raw, raw_id, send, tokens, typed
from tests.justice.outcomes.land import OPERATOR, authority

pytestmark = pytest.mark.django_db
NOW = people.NOW


@pytest.fixture
def analyst(monkeypatch: pytest.MonkeyPatch) -> Client:
    authority()
    people.at(monkeypatch, NOW)
    people.employ("ana", Role.ANALYST)
    return people.come_in("ana")


def said(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


class TestOneFile:
    def test_it_is_counted_while_sealed_and_destroyed_when_accepted(self, analyst: Client) -> None:
        content = tokens(raw())
        page = send(analyst, content)
        shown = said(analyst, page)
        assert "Awaits an analyst" in shown
        for told in ("30.0 %", "50.0 %", "Final", hashlib.sha256(content.encode()).hexdigest(), "Version 1"):
            assert told in shown
        assert show_fingerprint(KEY.fingerprint) in shown
        assert "people with at least one proven re-offence ÷ people in the cohort" in shown
        row = Cohort.objects.get()
        assert not CohortResult.objects.exists()  # nothing is kept of what was shown
        assert (CohortPart.objects.count(), Grant.objects.filter(file=row.file).count()) == (1, 1)
        accept(analyst, page)
        row.refresh_from_db()
        assert (CohortPart.objects.count(), Grant.objects.filter(file=row.file).count()) == (0, 0)
        assert row.rows_gone_at == NOW
        found = list(CohortResult.objects.order_by("follow_up").values_list("follow_up", "people", "reoffenders"))
        assert found == [(365, 100, 30), (730, 100, 50)]
        assert "The key and all 150 rows of this file were destroyed" in said(analyst, page)
        assert analyst.post(f"{page}/accept").status_code == 409
        assert CohortResult.objects.count() == 2

    @pytest.mark.postgresql
    def test_what_was_counted_and_that_rows_are_gone_is_never_changed(self, analyst: Client) -> None:
        accept(analyst, send(analyst, tokens(raw())))
        for write in (
            lambda: CohortResult.objects.update(reoffenders=1),
            lambda: Cohort.objects.update(rows_gone_at=None, state="received", accepted_at=None),
            lambda: Cohort.objects.update(as_of=NOW.date()),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                write()

    def test_it_can_be_taken_back(self, analyst: Client) -> None:
        page = send(analyst, tokens(raw()))
        assert analyst.post(f"{page}/withdraw").status_code == 303
        assert (CohortPart.objects.count(), CohortResult.objects.count()) == (0, 0)
        assert Cohort.objects.get().state == "withdrawn"
        send(analyst, tokens(raw()))  # and sent again

    def test_what_nobody_accepts_is_destroyed_after_90_days_and_the_line_stays(self, analyst: Client) -> None:
        page = send(analyst, tokens(raw()))
        late = NOW + timedelta(days=90)
        assert destroy_waiting(now=late - timedelta(seconds=1), limit=10) == 0
        assert destroy_waiting(now=late, limit=10) == 1
        assert destroy_waiting(now=late, limit=10) == 0
        row = Cohort.objects.get()
        assert (row.state, row.rows_gone_at, CohortPart.objects.count()) == ("expired", late, 0)
        assert not Grant.objects.filter(file=row.file).exists()
        assert "were destroyed" in said(analyst, page)

    def test_nobody_but_an_unlocked_analyst_comes_in(self, analyst: Client) -> None:
        page = send(analyst, tokens(raw()))
        people.employ("otto", Role.SUPERVISOR)
        for address in (page, reverse("outcomes:cohorts"), reverse("outcomes:cohort-compare"), reverse(SEND)):
            assert people.come_in("otto").get(address).status_code == 403
            assert Client().get(address).status_code == 302
        assert analyst.get(reverse("outcomes:cohort", args=[uuid.uuid4()])).status_code == 404


def test_an_authority_sends_its_own_and_sees_that_the_rows_are_gone_but_no_number(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    harbour, other = authority("west-courts"), authority("east-courts")
    for name, affiliation in (("stan", harbour), ("sten", other)):
        people.employ(name, Role.STATISTICIAN, affiliation=str(affiliation))
    stan, sten = people.come_in("stan"), people.come_in("sten")
    own = reverse("outcomes:own-cohorts")
    data = typed(tokens(raw()))
    del data["authority"]
    assert stan.get(reverse(SEND)).status_code == 403
    assert stan.post(reverse("outcomes:own-cohort-send"), data).headers["Location"] == own
    row = Cohort.objects.get()
    assert row.authority_id is not None
    assert Authority.objects.get(pk=row.authority_id).public_id == harbour
    page = reverse("outcomes:cohort", args=[row.public_id])
    assert stan.get(page).status_code == 403
    assert "Its rows are sealed to the analysts" in said(stan, own)
    assert "Nothing has been handed in yet." in said(sten, own)
    assert "2023-Q1" in said(analyst, reverse("work:home"))  # it waits for an analyst
    accept(analyst, page)
    assert "were destroyed" in said(stan, own)
    assert "30.0" not in said(stan, own)


def test_an_authority_without_an_account_hands_in_a_cohort_by_its_link(analyst: Client) -> None:
    west, east = authority("west-courts"), authority("east-courts")
    token, strange = (make_link(authority=each, by=OPERATOR, now=NOW) for each in (west, east))
    client, home = Client(), reverse("outcomes:link-cohorts", args=[token])
    here = reverse("outcomes:link-cohort-send", args=[token])
    assert "Nothing has been handed in yet." in said(client, home)
    assert "Hand in a cohort for re-offending" in said(client, reverse("outcomes:link-counts", args=[token]))
    data = typed(raw())
    del data["authority"]
    refused = client.post(here, data)
    assert refused.status_code == 400
    assert "A column looks like an id or an address. Nothing was kept." in refused.content.decode()
    data = typed(tokens(raw()))
    del data["authority"]
    assert client.post(here, data).headers["Location"] == home
    row = Cohort.objects.get()
    assert (row.authority, row.received_by) == (Authority.objects.get(public_id=west), "person")
    assert Grant.objects.filter(file=row.file).count() == 1  # the analysts' team alone
    assert "Its rows are sealed to the analysts" in said(client, home)
    assert "Nothing has been handed in yet." in said(Client(), reverse("outcomes:link-cohorts", args=[strange]))
    page = reverse("outcomes:cohort", args=[row.public_id])
    assert client.get(page).status_code == 302
    assert "30.0 %" in said(analyst, page)
    accept(analyst, page)
    assert not CohortPart.objects.exists()
    told = said(client, home)
    assert "The key and all 150 rows of this file were destroyed" in told
    assert "30.0" not in told
    for address in (home, here):
        assert Client().get(address.replace(token, "x" * 43)).status_code == 404


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"as_of": "2023-03-31"}, "Enter a day from 2023-04-01 on"),
            ({"as_of": "2026-11-25"}, "This lies in the future"),
            ({"quarter": "2026-Q4"}, "Choose one from the list"),
            ({"quarter": "2023-Q2"}, "Line 2, on: Enter a day of the cohort’s quarter, 2023-Q2"),
            ({"fingerprint": "0a1b"}, "Enter its 16 characters"),
            ({"file": ""}, "Choose a file"),
            ({"as_of": "2024-01-01"}, "Enter a day up to 2024-01-01, the day as of which the file was made"),
        ],
    )
    def test_what_is_wrong_around_it_is_said(self, analyst: Client, changes: dict[str, Any], words: str) -> None:
        answer = analyst.post(reverse(SEND), typed(tokens(raw()), **changes))
        assert answer.status_code == 400
        assert words in answer.content.decode()
        assert not Cohort.objects.exists()

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (raw(), "A column looks like an id or an address. Nothing was kept."),
            (f"{HEAD},full_name\nx,,,,,Ann Canary", "A column looks like a name. Nothing was kept."),
            (f"{HEAD},dob\nx,,,,,1990-01-01", "A column looks like a date of birth. Nothing was kept."),
            (f"{HEAD}\n770000112,index,2023-01-02,community,A1,", "Line 2, person: Enter the token that"),
            (
                f"{HEAD}\n{KEY.token('770000112')},reoffence,2023-05-02,,A1,2023-06-02",
                "Line 2, person: This person has no index in the file",
            ),
            ("\xff", "not text in UTF-8"),
        ],
    )
    def test_a_file_that_tells_who_somebody_is_or_lacks_an_index_is_refused_whole(
        self, analyst: Client, content: str, words: str
    ) -> None:
        file = SimpleUploadedFile("cohort.csv", content.encode("latin-1" if content == "\xff" else "utf-8"))
        answer = analyst.post(reverse(SEND), typed("", file=file))
        told = answer.content.decode()
        assert answer.status_code == 400
        assert words in told
        for secret in ("Canary", "770000112", "1990-01-01", raw_id(1)):
            assert secret not in told
        assert not Cohort.objects.exists()

    def test_files_of_two_keys_do_not_mix_unless_the_key_is_new(self, analyst: Client) -> None:
        accept(analyst, send(analyst, tokens(raw())))
        later = {"quarter": "2023-Q2", "fingerprint": OTHER.fingerprint}
        content = tokens(raw(start=date(2023, 4, 2)), OTHER)
        answer = analyst.post(reverse(SEND), typed(content, **later))
        assert "files with two keys do not mix" in answer.content.decode()
        send(analyst, content, **later, is_new_key="on")

    def test_a_quarter_is_replaced_only_for_a_reason_and_by_a_newer_file(self, analyst: Client) -> None:
        page = send(analyst, tokens(raw()))
        waits = analyst.post(reverse(SEND), typed(tokens(raw(101))))
        assert "A file for this quarter is already waiting" in waits.content.decode()
        accept(analyst, page)
        for changes, words in (
            ({}, "Fill this in"),
            ({"reason": "Late courts", "as_of": "2026-10-01"}, "The accepted file was made as of 2026-11-01"),
        ):
            answer = analyst.post(reverse(SEND), typed(tokens(raw(101)), **changes))
            assert answer.status_code == 400
            assert words in answer.content.decode()
        again = analyst.post(reverse(SEND), typed(tokens(raw()), reason="Late courts"))
        assert "This same file was already accepted" in again.content.decode()
        accept(analyst, send(analyst, tokens(raw(140, 60)), reason="Late courts"))
        told = said(Client(), reverse("outcomes:reoffending"))
        assert "Late courts" in told
        assert "43% (34 to 52)" in told  # 60 of 140
        assert "30.0 %" not in told


class TestCanary:
    @pytest.mark.proof
    def test_no_id_and_no_token_lies_in_clear_in_the_database_a_log_or_a_mail(
        self, analyst: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Looked for while a file waits, after one was refused, after one was accepted, and in the trail."""
        caplog.set_level("DEBUG")
        content = tokens(raw())
        secrets = {raw_id(number) for number in range(100)} | {raw_id(n).replace("-", "") for n in range(100)}
        secrets |= {line.partition(",")[0] for line in content.splitlines()[1:]} | {KEY.secret.hex()}
        assert len(secrets) == 301
        analyst.post(reverse(SEND), typed(raw()))
        page = send(analyst, content)
        shown = said(analyst, page)
        self._look(secrets, caplog)
        accept(analyst, page)
        self._look(secrets, caplog)
        everywhere = shown + said(analyst, page) + said(Client(), reverse("outcomes:reoffending"))
        assert not [each for each in secrets if each in everywhere]

    def _look(self, secrets: set[str], caplog: pytest.LogCaptureFixture) -> None:
        kept = everything_in_the_database()
        assert "cohort_received" in kept  # it is the database that was read
        written = kept + caplog.text + "".join(f"{each.subject}{each.body}" for each in mail.outbox)
        assert not [each for each in secrets if each in written]


def everything_in_the_database() -> str:
    """Every cell of every table."""
    with connection.cursor() as cursor:
        found = []
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608  # a name of our own
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


class TestCompare:
    def test_two_methods_are_refused_and_what_changed_is_said(self, analyst: Client) -> None:
        accept(analyst, send(analyst, tokens(raw())))
        Method.objects.create(
            code="reoffending", version=2, kind="cohorts", unit="persons", follow_up_days=365, waiting_days=365,
            what={}, changed={"en": "The courts are waited for a whole year."}, source="The ministry",
            published_at=NOW, published_by="operator",
        )  # fmt: skip
        later = date(2024, 1, 2)
        accept(analyst, send(analyst, tokens(raw(start=later)), quarter="2024-Q1"))
        address = f"{reverse('outcomes:cohort-compare')}?before=2023-Q1/365&after=2024-Q1/365"
        told = said(analyst, address)
        assert "These two figures cannot be compared." in told
        assert "They were counted by two methods: 1 / 2." in told
        assert "how many days the courts are given: 182 → 365" in told
        assert "The courts are waited for a whole year." in told
        public = said(Client(), reverse("outcomes:reoffending"))
        assert "Counted in a different way from those above. Do not compare them." in public
        assert public.index("Method, version 2") < public.index("2024-Q1") < public.index("Method, version 1")

    def test_two_of_one_method_are_compared(self, analyst: Client) -> None:
        accept(analyst, send(analyst, tokens(raw())))
        accept(analyst, send(analyst, tokens(raw(300, 150, start=date(2024, 1, 2))), quarter="2024-Q1"))
        told = said(analyst, f"{reverse('outcomes:cohort-compare')}?before=2023-Q1/365&after=2024-Q1/365")
        assert "From 30.0 % to 50.0 %: the rate rose." in told
        answer = analyst.get(f"{reverse('outcomes:cohort-compare')}?before=2023-Q1/365&after=")
        assert answer.status_code == 400


class TestPublic:
    def test_before_the_first_figure_the_page_says_so(self) -> None:
        assert "No figure is printed yet" in said(Client(), reverse("outcomes:reoffending"))

    def test_what_anybody_reads_is_protected_and_says_what_it_was_made_of(self, analyst: Client) -> None:
        content = tokens(raw(203, 52, 30))
        accept(analyst, send(analyst, content))
        told = said(Client(), reverse("outcomes:reoffending"))
        assert "Of the people of 2023-Q1, 24% (19 to 31) offended again within 12 months." in told  # 50 of 205
        assert "2023-Q1: 24% (19 to 31)." in told  # the chart
        for each in (hashlib.sha256(content.encode()).hexdigest(), show_fingerprint(KEY.fingerprint), "365 and 730"):
            assert each in told
        figures = told[told.index("<main") :].replace(hashlib.sha256(content.encode()).hexdigest(), "")
        assert "203" not in without_tokens(figures)
        answer = Client().get(reverse("outcomes:reoffending-csv"))
        lines = answer.content.decode().splitlines()
        # Pages and files say the same range, made in one place.
        assert lines[3].startswith("2023-Q1,12,any,rate_percent,24.0,19.0,31.0,rounded sample,,2026-11-01,1,365,182,")
        assert lines[1].startswith("2023-Q1,12,any,people,205,203,207,rounded,,2026-11-01,")
        assert len(lines) == 1 + 4 * 5

    def test_a_small_one_is_hidden_and_an_early_one_is_not_there(self, analyst: Client) -> None:
        accept(analyst, send(analyst, tokens(raw(60, 4, 0))))
        told = said(Client(), reverse("outcomes:reoffending"))
        assert "[c]" in told
        assert "offended again within 12 months." not in told.split("After 12 months")[1]
        early = tokens(raw(second_year=0, start=date(2025, 10, 2)))
        accept(analyst, send(analyst, early, quarter="2025-Q4", as_of="2026-11-20"))
        assert "2025-Q4" not in said(Client(), reverse("outcomes:reoffending"))
