"""The way onto the list and off it, what is handed in, versions that never change, and mails that are sent once."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.editing.errors import EntryChanged, EntryUnknown, FieldRefused, StepRefused
from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import send_due
from leeward.foundation.vault.operations import found_services, open_service
from leeward.foundation.vault.rules.grants import Service as VaultService
from leeward.industry.declarations import figures
from leeward.industry.declarations.errors import DraftRefused, LinkUnknown, TooManyWaiting
from leeward.industry.declarations.mails import link_mail, refusal_mail, reminder_mail, signing_mail
from leeward.industry.declarations.models import (
    Evidence,
    Outage,
    PublishedVersion,
    Signatory,
    SignatoryLink,
    Signature,
    Statement,
)
from leeward.industry.declarations.operations import links
from leeward.industry.declarations.operations.handing_in import (
    accept,
    end_statement,
    hand_in_evidence,
    hand_in_statement,
    reject,
)
from leeward.industry.declarations.operations.joining import (
    apply,
    describe_signatory,
    leave,
    refuse,
    sign,
    verify_authority,
)
from leeward.industry.declarations.operations.links import find_link, remind_signatories, send_link
from leeward.industry.declarations.operations.looking import record_look
from leeward.industry.declarations.operations.publishing import (
    add_commitment,
    discard_draft,
    drop_commitment,
    publish_draft,
    publish_version,
    save_commitment,
    save_wording,
)
from leeward.industry.declarations.queries import (
    current_version,
    find_for_staff,
    find_signatory,
    find_version,
    list_signatories,
    list_waiting,
    next_draft,
    organisation_rows,
)
from leeward.industry.declarations.rules.entries import NewStatement
from leeward.industry.declarations.rules.standing import Standing
from leeward.industry.declarations.rules.terms import (
    APPLICATIONS_MOST,
    LINK_LIFETIME,
    WAITING_MOST,
    AuthorityWay,
    EvidenceKind,
    HandedInBy,
    LeavingKind,
    LinkTrouble,
    OrganisationKind,
    RefusalNews,
    Stage,
)
from leeward.industry.declarations.rules.texts import Wording, mark_of
from tests.foundation.outbox.conftest import MailHandler
from tests.industry.declarations.conftest import (
    ALPHA,
    DAY,
    DRAFT,
    NOMINEE,
    NOW,
    OFFICER,
    application,
    commitment,
    entered,
    evidence,
    sign_again,
    signed,
)
from tests.victim.removals.news_people import post_office

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

LINK = re.compile(r"/declaration/yours/([A-Za-z0-9_-]+)")
TELLING = re.compile(r"intimate|image|picture|photo|abuse|victim|violence|porn|sex|leeward", re.IGNORECASE)
STATEMENT = NewStatement(title="Why we signed", url="https://alpha.example/why")


def standing(reference: UUID, *, now: Any = NOW) -> Standing:
    return find_signatory(reference, now=now).line.report.standing


def show(
    reference: UUID, code: str = "lead", *, source: HandedInBy = HandedInBy.STAFF, now: Any = NOW, **other: Any
) -> UUID:
    return hand_in_evidence(
        public_id=reference, new=evidence(code, now=now, **other), source=source, by=OFFICER, now=now
    )


# --- the way onto the list --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("version")
def test_applying_publishes_nothing_and_each_step_asks_for_the_one_before() -> None:
    reference = apply(application=ALPHA, by=Actor.person(), now=NOW)
    assert list_signatories(now=NOW) == ()
    with pytest.raises(EntryUnknown):
        find_signatory(reference, now=NOW)
    with pytest.raises(StepRefused):
        sign_again(reference, now=NOW)
    verify_authority(public_id=reference, how=AuthorityWay.LETTER, words="Seen.", by=OFFICER, now=NOW)
    with pytest.raises(StepRefused):
        verify_authority(public_id=reference, how=AuthorityWay.LETTER, words="Seen.", by=OFFICER, now=NOW)
    with pytest.raises(EntryUnknown):
        find_signatory(reference, now=NOW)
    sign_again(reference, now=NOW)
    found = find_signatory(reference, now=NOW)
    assert [(each.version, each.signer_name) for each in found.signatures] == [(1, "Dana Director")]
    assert (found.line.promised, found.line.shown) == (2, 0)
    with pytest.raises(StepRefused):
        refuse(public_id=reference, reason="Too late.", news=RefusalNews.SILENT, by=OFFICER, now=NOW)
    verbs = list(
        AuditEvent.objects.filter(subject_reference=str(reference)).order_by("verb").values_list("verb", flat=True)
    )
    assert verbs == ["declarations.applied", "declarations.authority_verified", "declarations.signed"]
    told = str(list(AuditEvent.objects.values_list("facts", "subject_reference")))
    assert "Petra" not in told
    assert "Alpha" not in told


@pytest.mark.usefixtures("version")
def test_a_refusal_has_a_reason_and_ends_the_way() -> None:
    reference = apply(application=ALPHA, by=Actor.person(), now=NOW)
    with pytest.raises(FieldRefused):
        refuse(public_id=reference, reason=" ", news=RefusalNews.SILENT, by=OFFICER, now=NOW)
    refuse(public_id=reference, reason="Nobody there knows of it.", news=RefusalNews.SILENT, by=OFFICER, now=NOW)
    assert not organisation_rows().exclude(stage=Stage.REFUSED.value).exists()
    with pytest.raises(StepRefused):
        verify_authority(public_id=reference, how=AuthorityWay.LETTER, words="Seen.", by=OFFICER, now=NOW)
    assert find_for_staff(reference, now=NOW).refused_reason == "Nobody there knows of it."


def test_nobody_signs_before_there_is_something_to_sign() -> None:
    with pytest.raises(StepRefused):
        sign_again(entered(), now=NOW)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("website", "alpha.example"), ("message", "x" * 2_001), ("name", "x\ny")],
)
def test_an_application_that_cannot_be_kept_is_refused(field: str, value: str) -> None:
    with pytest.raises(FieldRefused) as refusal:
        apply(application=replace(ALPHA, **{field: value}), by=Actor.person(), now=NOW)
    assert refusal.value.field == field
    assert not Signatory.objects.exists()


def test_the_public_contact_is_not_her_own_mailbox() -> None:
    nominee = replace(NOMINEE, contact="Petra@alpha.example")
    with pytest.raises(FieldRefused) as refusal:
        apply(application=replace(ALPHA, nominee=nominee), by=Actor.person(), now=NOW)
    assert refusal.value.field == "contact"


def test_more_applications_than_people_can_look_at_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    assert APPLICATIONS_MOST == 200
    monkeypatch.setattr("leeward.industry.declarations.operations.joining.APPLICATIONS_MOST", 1)
    apply(application=ALPHA, by=Actor.person(), now=NOW)
    with pytest.raises(TooManyWaiting):
        apply(application=application("Beta"), by=Actor.person(), now=NOW)


# --- off it, and back -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("version")
def test_who_leaves_stays_visible_and_may_come_back() -> None:
    reference = signed()
    later = NOW + 10 * DAY
    leave(
        public_id=reference,
        kind=LeavingKind.OWN,
        reason="We sold the service.",
        left_on=local_day(later),
        by=OFFICER,
        now=later,
    )
    found = find_signatory(reference, now=later)
    assert found.line.report.standing is Standing.WITHDRAWN
    assert [each.reason for each in found.leavings] == ["We sold the service."]
    assert [each.name for each in list_signatories(now=later)] == ["Alpha"]
    with pytest.raises(StepRefused):
        show(reference, now=later)
    with pytest.raises(StepRefused):
        leave(
            public_id=reference, kind=LeavingKind.OWN, reason="Again.", left_on=local_day(later), by=OFFICER, now=later
        )
    back = later + 5 * DAY
    sign_again(reference, now=back)
    assert standing(reference, now=back) is Standing.IN_GOOD_STANDING
    periods = [each.standing for each in find_signatory(reference, now=back).periods]
    assert periods == [Standing.IN_GOOD_STANDING, Standing.WITHDRAWN, Standing.IN_GOOD_STANDING]
    with pytest.raises(ProtectedError):
        Signatory.objects.all().delete()


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("days", [0, 11])
def test_nobody_leaves_before_the_signature_or_in_the_future(days: int) -> None:
    reference, now = signed(), NOW + 10 * DAY
    with pytest.raises(FieldRefused):
        leave(
            public_id=reference,
            kind=LeavingKind.REMOVED,
            reason="No.",
            left_on=local_day(NOW) + days * DAY,
            by=OFFICER,
            now=now,
        )


# --- what is handed in ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("version")
def test_what_a_signatory_hands_in_waits_and_then_counts_from_that_day() -> None:
    reference = signed()
    late = NOW + 31 * DAY
    assert standing(reference, now=late) is Standing.LAPSED
    on_time = NOW + 29 * DAY
    piece = show(reference, source=HandedInBy.SIGNATORY, now=on_time)
    assert standing(reference, now=late) is Standing.DUE_SOON  # it waits for us
    assert find_signatory(reference, now=late).commitments[0].evidence == ()  # and is not shown
    assert [each.public_id for each in list_waiting()] == [piece]
    accept(reference=piece, by=OFFICER, now=late)
    found = find_signatory(reference, now=late)
    assert [each.words for each in found.commitments[0].evidence] == ["Our page."]
    assert found.line.shown == 1
    assert list_waiting() == ()
    with pytest.raises(EntryUnknown):
        reject(reference=piece, reason="Second thoughts.", by=OFFICER, now=late)
    assert standing(reference, now=NOW + 41 * DAY) is Standing.LAPSED  # no statement was published


@pytest.mark.usefixtures("version")
def test_what_is_not_accepted_never_counted() -> None:
    reference = signed()
    piece = show(reference, source=HandedInBy.SIGNATORY, now=NOW + 29 * DAY)
    reject(reference=piece, reason="It says nothing about it.", by=OFFICER, now=NOW + 35 * DAY)
    assert standing(reference, now=NOW + 35 * DAY) is Standing.LAPSED
    assert find_signatory(reference, now=NOW + 35 * DAY).line.report.since == local_day(NOW) + 31 * DAY
    assert [each.reason for each in find_for_staff(reference, now=NOW).handed_in] == ["It says nothing about it."]


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("code", {"code": "unheard-of"}),
        ("url", {"url": "javascript:alert(1)"}),
        ("dated_on", {"dated_on": local_day(NOW) + DAY}),
        ("dated_on", {"dated_on": date(1899, 12, 31)}),
        ("expires_on", {"expires_on": local_day(NOW) - DAY}),
        ("expires_on", {"expires_on": date.max}),
        ("sha256", {"kind": EvidenceKind.FILE_HASH, "file_name": "a.pdf", "sha256": "ab"}),
        ("file_name", {"kind": EvidenceKind.FILE_HASH, "file_name": "", "sha256": "ab" * 32}),
        ("words", {"words": ""}),
    ],
)
def test_evidence_that_cannot_be_kept_is_refused(field: str, values: dict[str, Any]) -> None:
    reference = signed()
    with pytest.raises(FieldRefused) as refusal:
        show(reference, **{"code": "lead", **values})
    assert refusal.value.field == field
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"), [("می\u200cشود", "می\u200cشود"), ("A\u00a0page", "A page"), ("a\u202eb", None)]
)
@pytest.mark.usefixtures("version")
def test_a_line_keeps_what_its_language_needs_and_nothing_that_turns_it_round(typed: str, kept: str | None) -> None:
    reference = signed()
    if kept is None:
        with pytest.raises(FieldRefused):
            show(reference, words=typed)
        return
    show(reference, words=typed)
    assert Evidence.objects.get().words == kept


@pytest.mark.usefixtures("version")
def test_one_organisation_cannot_fill_the_queue() -> None:
    reference = signed()
    for _ in range(WAITING_MOST):
        show(reference, source=HandedInBy.SIGNATORY)
    with pytest.raises(TooManyWaiting):
        show(reference, source=HandedInBy.SIGNATORY)


@pytest.mark.usefixtures("version")
def test_a_statement_that_is_gone_for_too_long_is_a_lapse_until_it_is_back() -> None:
    reference = signed()
    show(reference)
    show(reference, "report")
    statement = hand_in_statement(public_id=reference, new=STATEMENT, source=HandedInBy.STAFF, by=OFFICER, now=NOW)
    record_look(reference=statement, trouble=LinkTrouble.NONE, now=NOW)
    assert standing(reference) is Standing.IN_GOOD_STANDING
    record_look(reference=statement, trouble=LinkTrouble.CLOSED, now=NOW + 41 * DAY)
    assert not Outage.objects.exists()  # a closed door proves nothing
    for days in (42, 50):
        record_look(reference=statement, trouble=LinkTrouble.NOT_FOUND, now=NOW + days * DAY)
    assert Outage.objects.count() == 1
    assert standing(reference, now=NOW + 72 * DAY) is Standing.DUE_SOON
    assert standing(reference, now=NOW + 73 * DAY) is Standing.LAPSED
    record_look(reference=statement, trouble=LinkTrouble.NONE, now=NOW + 80 * DAY)
    assert standing(reference, now=NOW + 80 * DAY) is Standing.IN_GOOD_STANDING
    periods = find_signatory(reference, now=NOW + 80 * DAY).periods
    assert [(each.standing, each.began_on - local_day(NOW)) for each in periods] == [
        (Standing.IN_GOOD_STANDING, 0 * DAY),
        (Standing.LAPSED, 73 * DAY),
        (Standing.IN_GOOD_STANDING, 80 * DAY),
    ]
    end_statement(public_id=reference, reference=statement, by=OFFICER, now=NOW + 81 * DAY)
    with pytest.raises(EntryUnknown):
        end_statement(public_id=reference, reference=statement, by=OFFICER, now=NOW + 81 * DAY)
    assert standing(reference, now=NOW + 81 * DAY) is Standing.LAPSED
    record_look(reference=statement, trouble=LinkTrouble.NOT_FOUND, now=NOW + 82 * DAY)
    assert Statement.objects.get().trouble == ""


# --- versions ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("version")
def test_the_database_refuses_to_change_a_version() -> None:
    with pytest.raises((DatabaseError, IntegrityError), match="never changed"), transaction.atomic():
        PublishedVersion.objects.update(renew_by=local_day(NOW) + DAY)
    reference = signed()
    with pytest.raises(ProtectedError):
        PublishedVersion.objects.all().delete()
    assert Signature.objects.get(signatory__public_id=reference).version.number == 1


@pytest.mark.usefixtures("version")
def test_a_new_version_asks_signatories_to_renew_by_a_day() -> None:
    reference = signed()
    show(reference)
    show(reference, "report")
    hand_in_statement(public_id=reference, new=STATEMENT, source=HandedInBy.STAFF, by=OFFICER, now=NOW)
    later = NOW + 50 * DAY
    draft = DRAFT.with_commitment(commitment("matching", days=90))
    for day in (local_day(later), date.max):
        with pytest.raises(FieldRefused):
            publish_version(draft=draft, renew_by=day, by=OFFICER, now=later)
    new = publish_version(draft=draft, renew_by=local_day(later) + 60 * DAY, by=OFFICER, now=later)
    assert (new.number, find_version(1).commitments) == (2, DRAFT.commitments)
    assert standing(reference, now=later) is Standing.IN_GOOD_STANDING
    assert standing(reference, now=later + 60 * DAY) is Standing.DUE_SOON
    assert standing(reference, now=later + 61 * DAY) is Standing.LAPSED
    sign_again(reference, now=later + 62 * DAY)
    found = find_signatory(reference, now=later + 62 * DAY)
    assert found.line.report.standing is Standing.IN_GOOD_STANDING
    assert (found.line.promised, found.line.shown) == (3, 2)  # what was shown counts on


def test_the_first_version_has_no_day_for_renewal() -> None:
    with pytest.raises(FieldRefused):
        publish_version(draft=DRAFT, renew_by=local_day(NOW) + DAY, by=OFFICER, now=NOW)
    assert current_version() is None


def test_a_draft_is_whole_before_it_is_published() -> None:
    with pytest.raises(DraftRefused) as refusal:
        publish_draft(renew_by=None, seen=mark_of(next_draft()), by=OFFICER, now=NOW)
    assert set(refusal.value.problems) == {("en", "missing"), ("commitments", "missing")}
    save_wording(language="en", wording=DRAFT.wordings["en"], statement_within_days=0, now=NOW)
    save_wording(language="ar", wording=DRAFT.wordings["ar"], statement_within_days=10, now=NOW)
    english = {"en": DRAFT.commitments[0].words["en"]}
    save_commitment(commitment=replace(DRAFT.commitments[0], words=english), now=NOW)
    with pytest.raises(DraftRefused) as refusal:
        publish_draft(renew_by=None, seen=mark_of(next_draft()), by=OFFICER, now=NOW)
    assert refusal.value.problems == (("lead/ar", "missing"),)
    save_wording(language="ar", wording=Wording(), statement_within_days=10, now=NOW)
    save_commitment(commitment=commitment("gone", days=5), now=NOW)
    drop_commitment(code="gone", now=NOW)
    version = publish_draft(renew_by=None, seen=mark_of(next_draft()), by=OFFICER, now=NOW)
    assert (sorted(version.wordings), version.statement_within_days) == (["en"], 10)
    assert [each.code for each in version.commitments] == ["lead"]
    with pytest.raises(EntryChanged):  # nothing was written since: what is in force is not published again
        publish_draft(renew_by=None, seen=mark_of(next_draft()), by=OFFICER, now=NOW)
    save_commitment(commitment=commitment("more", days=5), now=NOW)
    assert [each.code for each in next_draft().commitments] == ["lead", "more"]
    discard_draft()
    assert [each.code for each in next_draft().commitments] == ["lead"]


def test_what_nobody_looked_at_is_not_published_and_overwrites_nothing() -> None:
    publish_version(draft=DRAFT, by=OFFICER, now=NOW)
    words = DRAFT.wordings["en"]
    looked_at = mark_of(next_draft())
    save_wording(language="en", wording=words, statement_within_days=5, seen=looked_at, now=NOW)
    looked_at = mark_of(next_draft())
    add_commitment(commitment=commitment("more", days=5), now=NOW)
    with pytest.raises(EntryChanged):
        publish_draft(renew_by=None, seen=looked_at, by=OFFICER, now=NOW)
    with pytest.raises(EntryChanged):
        save_wording(language="en", wording=words, statement_within_days=9, seen=looked_at, now=NOW)
    with pytest.raises(EntryChanged):
        save_commitment(commitment=commitment("more", days=9), seen=looked_at, now=NOW)
    assert next_draft().statement_within_days == 5
    version = publish_draft(renew_by=None, seen=mark_of(next_draft()), by=OFFICER, now=NOW)
    assert (version.number, version.commitments[-1].first_due_days) == (2, 5)


def test_a_new_commitment_takes_no_others_place() -> None:
    publish_version(draft=DRAFT, by=OFFICER, now=NOW)
    with pytest.raises(FieldRefused):
        add_commitment(commitment=commitment(DRAFT.commitments[0].code, days=1), now=NOW)
    assert next_draft().commitments == DRAFT.commitments


# --- links and reminders ----------------------------------------------------------------------------------------------


@pytest.fixture
def courier(settings: Any, tmp_path: Any) -> Iterator[MailHandler]:
    """The keys of the courier, and a real mail server that takes what it brings."""
    settings.LEEWARD_SERVICE_KEYS = tmp_path / "service-keys"
    settings.LEEWARD_FOUNDING_KEY = tmp_path / "founding.key"
    settings.LEEWARD_URL = "https://house.example"
    found_services(by=Actor.operator(), now=NOW)
    with post_office() as handler:
        yield handler


def deliver(handler: MailHandler, *, now: Any = NOW) -> list[Any]:
    send_due(now=now, limit=100, courier=open_service(VaultService.COURIER))
    taken, handler.taken = handler.taken, []
    return [mail for _to, mail in taken]


def token_in(mail: Any) -> str:
    found = LINK.search(mail.get_content())
    assert found is not None
    return found[1]


@pytest.mark.usefixtures("version")
def test_reminders_are_written_once_before_something_is_due(courier: MailHandler) -> None:
    reference = signed(now=NOW)
    show(reference)
    statement = hand_in_statement(public_id=reference, new=STATEMENT, source=HandedInBy.STAFF, by=OFFICER, now=NOW)
    assert remind_signatories(now=NOW, limit=10) == 0  # the report is due in 60 days
    due = NOW + 31 * DAY
    assert remind_signatories(now=due, limit=10) == 1
    assert remind_signatories(now=due, limit=10) == 0
    assert remind_signatories(now=due + DAY, limit=10) == 0
    (mail,) = deliver(courier, now=due)
    assert (mail["To"], mail["From"]) == ("petra@alpha.example", "info@post.example")
    text = mail.get_content()
    assert "One of your organisation’s commitments" in text
    assert not TELLING.search(f"{mail['Subject']} {mail['From']} {text}")
    assert find_link(token_in(mail), now=due).signatory_id == reference
    assert remind_signatories(now=due + 21 * DAY, limit=10) == 1
    with pytest.raises(LinkUnknown):
        find_link(token_in(mail), now=due + 21 * DAY)  # the newer one took its place
    show(reference, "report", source=HandedInBy.SIGNATORY, now=due + 22 * DAY)
    assert remind_signatories(now=due + 43 * DAY, limit=10) == 0  # what waits for us is nobody's lapse
    record_look(reference=statement, trouble=LinkTrouble.NONE, now=due)


@pytest.mark.usefixtures("version")
def test_a_new_version_is_told_at_once(courier: MailHandler) -> None:
    signed()
    signed("Beta")
    later = NOW + DAY
    publish_version(draft=DRAFT, renew_by=local_day(later) + 90 * DAY, by=OFFICER, now=later)
    assert remind_signatories(now=later, limit=1) == 1
    assert remind_signatories(now=later, limit=10) == 1
    assert {mail["To"] for mail in deliver(courier, now=later)} == {"petra@alpha.example", "petra@beta.example"}


@pytest.mark.usefixtures("version")
def test_a_verified_applicant_gets_a_link_to_sign_and_an_unverified_one_none(courier: MailHandler) -> None:
    unverified = apply(application=application("Beta"), by=Actor.person(), now=NOW)
    with pytest.raises(EntryUnknown):
        send_link(public_id=unverified, by=OFFICER, now=NOW)
    reference = entered()
    send_link(public_id=reference, by=OFFICER, now=NOW)
    (mail,) = deliver(courier)
    text = mail.get_content()
    assert "whoever may do so signs" in text
    said = text.replace(token_in(mail), "")  # of random letters three may be a word
    assert not TELLING.search(f"{mail['Subject']} {mail['From']} {said}")
    way = find_link(token_in(mail), now=NOW)
    assert (way.signatory_id, way.stage) == (reference, Stage.VERIFIED)
    refuse(public_id=reference, reason="No.", news=RefusalNews.SILENT, by=OFFICER, now=NOW)
    with pytest.raises(LinkUnknown):
        find_link(token_in(mail), now=NOW)


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("news", RefusalNews)
def test_a_refused_applicant_is_told_why_unless_it_was_junk(courier: MailHandler, news: RefusalNews) -> None:
    reference = entered()
    refuse(public_id=reference, reason="Nobody there knows of it.", news=news, by=OFFICER, now=NOW)
    mails = deliver(courier)
    if news is RefusalNews.SILENT:
        assert mails == []
        assert find_for_staff(reference, now=NOW).told_at is None
        return
    (mail,) = mails
    assert (mail["To"], mail["From"]) == ("petra@alpha.example", "info@post.example")
    text = mail.get_content()
    assert "The reason: Nobody there knows of it." in text
    assert not LINK.search(text)
    assert not TELLING.search(f"{mail['Subject']} {mail['From']} {text}")
    assert find_for_staff(reference, now=NOW).told_at == NOW


@pytest.mark.parametrize("why", ["no courier", "no mailbox"])
def test_a_refusal_stands_though_nobody_can_be_told(why: str, request: pytest.FixtureRequest) -> None:
    reference = entered()
    if why == "no mailbox":
        request.getfixturevalue("courier")
        Signatory.objects.update(nominee_email="nobody at all")
    refuse(public_id=reference, reason="No.", news=RefusalNews.WRITE, by=OFFICER, now=NOW)
    found = find_for_staff(reference, now=NOW)
    assert (found.stage, found.told_at, Parcel.objects.count()) == (Stage.REFUSED, None, 0)


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("breaks_at", ["post_mail", "note"])
def test_a_kill_in_the_middle_leaves_nothing_and_the_next_round_asks_once(
    courier: MailHandler, monkeypatch: pytest.MonkeyPatch, breaks_at: str
) -> None:
    signed()
    now = NOW + 10 * DAY

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(links, breaks_at, killed)
        with pytest.raises(KeyboardInterrupt):
            remind_signatories(now=now, limit=10)
    assert (Parcel.objects.count(), SignatoryLink.objects.count()) == (0, 0)
    assert remind_signatories(now=now, limit=10) == 1
    assert len(deliver(courier, now=now)) == 1


@pytest.mark.usefixtures("version")
def test_an_installation_without_a_courier_writes_to_nobody_and_keeps_nothing() -> None:
    signed()
    assert remind_signatories(now=NOW + 10 * DAY, limit=10) == 0
    assert not SignatoryLink.objects.exists()
    assert Signatory.objects.get().reminded_at is None


@pytest.mark.usefixtures("version")
def test_a_link_ends_with_its_time_its_mailbox_and_a_withdrawal(courier: MailHandler) -> None:
    reference = signed()
    send_link(public_id=reference, by=OFFICER, now=NOW)
    (mail,) = deliver(courier)
    token = token_in(mail)
    assert len(token) >= 43
    assert re.fullmatch(r"[0-9a-f]{64}", SignatoryLink.objects.get().digest)
    assert find_link(token, now=NOW + LINK_LIFETIME - timedelta(seconds=1)).signatory_id == reference
    for wrong in (token + "x", "", "\udc80"):
        with pytest.raises(LinkUnknown):
            find_link(wrong, now=NOW)
    with pytest.raises(LinkUnknown):
        find_link(token, now=NOW + LINK_LIFETIME)
    describe_signatory(
        public_id=reference,
        kind=OrganisationKind.MEDIA,
        website="https://alpha.example/",
        nominee=replace(NOMINEE, email="new@alpha.example"),
        platform=None,
        by=OFFICER,
        now=NOW,
    )
    with pytest.raises(LinkUnknown):
        find_link(token, now=NOW)
    send_link(public_id=reference, by=OFFICER, now=NOW)
    later = NOW + DAY
    leave(public_id=reference, kind=LeavingKind.OWN, reason="Enough.", left_on=local_day(later), by=OFFICER, now=later)
    assert not SignatoryLink.objects.exists()
    with pytest.raises(EntryUnknown):
        send_link(public_id=reference, by=OFFICER, now=later)


def test_mails_say_the_address_in_every_language(settings: Any) -> None:
    address, until = "https://x.example/a", local_day(NOW)
    for code, _name in settings.LANGUAGES:
        for words in (
            link_mail(address=address, until=until, language=code),
            signing_mail(address=address, until=until, language=code),
            reminder_mail(address=address, until=until, first_due_on=until, number=2, language=code),
        ):
            assert address in words.text.splitlines()
            assert "\n" not in words.subject
        refusal = refusal_mail(reason="Why not.", language=code)
        assert "Why not." in refusal.text
        assert "/declaration/" not in refusal.text
        assert "\n" not in refusal.subject


# --- figures and limits -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("version")
def test_the_figures_count_what_is_kept() -> None:
    first, second = signed(), signed("Beta")
    show(first)
    late = NOW + 31 * DAY
    counted = figures.signatories_by_standing(now=late)
    assert counted[Standing.LAPSED] == 1
    assert sum(counted.values()) == 2
    kept = figures.commitments_kept(now=late)
    assert (kept.due, kept.kept) == (2, 1)
    assert find_signatory(second, now=late).line.shown == 0


def test_nothing_is_found_where_nothing_is() -> None:
    for ask in (find_signatory, find_for_staff):
        with pytest.raises(EntryUnknown):
            ask(uuid4(), now=NOW)
    with pytest.raises(EntryUnknown):
        accept(reference=uuid4(), by=OFFICER, now=NOW)
    with pytest.raises(EntryUnknown):
        refuse(public_id=uuid4(), reason="Why.", news=RefusalNews.SILENT, by=OFFICER, now=NOW)


@pytest.mark.usefixtures("version")
def test_a_signature_has_a_day_between_publication_and_today() -> None:
    reference = entered()
    for days in (-1, 1):
        with pytest.raises(FieldRefused):
            sign(
                public_id=reference,
                signer_name="Dana",
                signer_title="Director",
                signed_on=local_day(NOW) + days * DAY,
                by=OFFICER,
                now=NOW,
            )
    sign_again(reference, now=NOW)
    with pytest.raises(FieldRefused):
        sign_again(reference, now=NOW)
    assert Signatory.objects.get().stage == Stage.SIGNED.value


@pytest.mark.usefixtures("version")
def test_a_long_list_takes_as_many_queries_as_a_short_one(django_assert_num_queries: Any) -> None:
    show(signed())
    with CaptureQueriesContext(connection) as short:
        list_signatories(now=NOW)
    for number in range(8):
        show(signed(f"Company {number}"))
    with django_assert_num_queries(len(short)):
        assert len(list_signatories(now=NOW)) == 9
