"""What a person, a platform and a practitioner can do to the bank, and what each of them sees of it."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from leeward.foundation.audit.models import AuditEvent
from leeward.foundation.audit.operations import verify_chain
from leeward.foundation.audit.rules import Actor
from leeward.industry.bank.errors import (
    EntryUnknown,
    MalformedHash,
    PictureUnknown,
    SubmissionClosed,
    SubmissionUnknown,
    TooManyPictures,
    VariantNotConfirmable,
)
from leeward.industry.bank.models import (
    CanaryAlarm,
    Disclosure,
    Entry,
    Feedback,
    Membership,
    Picture,
    Submission,
    Withdrawal,
)
from leeward.industry.bank.operations import (
    acknowledge_through_sequence,
    add_pictures,
    deny_hashes,
    draw_page,
    erase_submission,
    expire_submissions,
    forget_disclosures,
    open_submission,
    publish_pending,
    purge_tombstones,
    record_answers,
    renew_submission,
    submit_platform_hashes,
    suspend_stale_platforms,
    verify_hash,
    withdraw_hash,
    withdraw_picture,
    withdraw_submission,
)
from leeward.industry.bank.queries import families, find_submission, open_withdrawals
from leeward.industry.bank.rules import (
    ACKNOWLEDGE_WITHIN,
    PICTURES_PER_SUBMISSION,
    SUSPEND_AFTER,
    TOMBSTONE_KEPT,
    AbuseKind,
    AnswerResult,
    AnswerState,
    Door,
    EntryStatus,
    FeedbackValue,
    FeedPage,
    FeedPosition,
    HashType,
    MediaKind,
    NewAnswer,
    NewHash,
    NewPicture,
    PictureState,
    RefusalReason,
    SubmissionState,
    Tier,
)
from leeward.industry.platforms.queries import find_partner
from tests.industry.conftest import NOW, PERSON, Keys, md5, pdq, picture, protect

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

LATER = NOW + timedelta(hours=1)
TURNED = ("upright", "rot90", "flipx")


def draw(keys: Keys, *, after: int = 0, level: int = 3, door: Door = Door.MODERN, now=LATER) -> FeedPage:
    publish_pending(now=now)
    return draw_page(
        partner=keys.partner,
        door=door,
        position=FeedPosition(after_sequence=after),
        limit=2_000,
        level=level,
        now=now,
    )


def answer(keys: Keys, value: str, said: FeedbackValue, *, now=LATER, tags: tuple[str, ...] = ()) -> AnswerResult:
    told = NewAnswer(value=value, answer=said, tags=tags)
    return record_answers(partner=keys.partner, answers=[told], now=now)[0].result


def state(reference: uuid.UUID, keys: Keys, *, ordinal: int = 1, now=LATER) -> AnswerState | None:
    pictures = {shown.ordinal: shown for shown in find_submission(reference, now=now).pictures}
    told = {seen.platform: seen.state for seen in pictures[ordinal].platforms}
    return told.get(keys.partner.name)


def entry(value: str) -> Entry:
    return Entry.objects.get(value=value)


class TestSubmission:
    def test_what_is_kept_is_what_the_receipt_says(self) -> None:
        reference = uuid.uuid4()
        receipt = open_submission(
            reference=reference,
            pictures=[picture("a", variants=TURNED), picture("b", quality=20)],
            abuse_kind=AbuseKind.THREATENED,
            by=PERSON,
            now=NOW,
        )
        assert receipt.reference == reference
        assert receipt.expires_on.isoformat() == "2028-11-24"
        first, second = receipt.pictures
        assert (first.ordinal, first.accepted, first.refused) == (1, 3, ())
        assert (second.ordinal, second.accepted) == (2, 0)
        assert [(refusal.why, refusal.count) for refusal in second.refused] == [(RefusalReason.LOW_QUALITY, 1)]
        status = find_submission(reference, now=NOW)
        assert status.state is SubmissionState.OPEN
        assert [shown.state for shown in status.pictures] == [PictureState.ACTIVE, PictureState.REFUSED]

    def test_the_same_call_again_changes_nothing(self) -> None:
        reference = uuid.uuid4()
        receipts = [
            open_submission(
                reference=reference, pictures=[picture("a")], abuse_kind=AbuseKind.SHARED, by=PERSON, now=NOW
            )
            for _ in range(2)
        ]
        assert receipts[0] == receipts[1]
        assert Picture.objects.count() == 1
        batch = uuid.uuid4()
        added = [
            add_pictures(reference=reference, batch=batch, pictures=[picture("b")], by=PERSON, now=LATER)
            for _ in range(2)
        ]
        assert added[0] == added[1]
        assert [result.ordinal for result in added[0].pictures] == [2]
        assert Picture.objects.count() == 2

    def test_one_malformed_hash_keeps_nothing_of_the_call(self) -> None:
        bad = NewPicture(kind=MediaKind.IMAGE, hashes=(NewHash(hash_type=HashType.PDQ, value="xyz"),))
        with pytest.raises(MalformedHash):
            protect(picture("a"), bad)
        assert not Submission.objects.exists()
        assert not Entry.objects.exists()

    def test_there_is_a_most(self) -> None:
        with pytest.raises(TooManyPictures, match="at most 50"):
            protect(*(picture(number) for number in range(PICTURES_PER_SUBMISSION + 1)))
        reference = protect(*(picture(number) for number in range(PICTURES_PER_SUBMISSION)))
        with pytest.raises(TooManyPictures):
            add_pictures(reference=reference, batch=uuid.uuid4(), pictures=[picture("x")], by=PERSON, now=NOW)

    def test_two_people_may_hold_one_hash(self, alpha: Keys) -> None:
        mine, hers = protect(picture("a")), protect(picture("a"))
        draw(alpha)
        withdraw_submission(reference=mine, by=PERSON, now=LATER)
        assert entry(pdq("a/upright")).status == EntryStatus.ACTIVE.value
        withdraw_submission(reference=hers, by=PERSON, now=LATER)
        assert entry(pdq("a/upright")).status == EntryStatus.WITHDRAWN.value

    def test_nobody_learns_from_her_page_that_somebody_else_holds_the_hash(self, alpha: Keys) -> None:
        alone, shared, _other = protect(picture("a")), protect(picture("b")), protect(picture("b"))
        draw(alpha)
        for reference in (alone, shared):
            withdraw_submission(reference=reference, by=PERSON, now=LATER)
        assert state(alone, alpha) == state(shared, alpha) == AnswerState.REMOVAL_ASKED
        page = draw(alpha, now=LATER + timedelta(minutes=1))
        acknowledge_through_sequence(
            partner=alpha.partner, sequence=page.through.sequence, now=LATER + timedelta(minutes=1)
        )
        assert state(alone, alpha) == state(shared, alpha) == AnswerState.REMOVAL_DONE

    def test_one_picture_can_be_withdrawn(self) -> None:
        reference = protect(picture("a"), picture("b"))
        withdraw_picture(reference=reference, ordinal=1, by=PERSON, now=LATER)
        withdraw_picture(reference=reference, ordinal=1, by=PERSON, now=LATER)
        assert [shown.state for shown in find_submission(reference, now=LATER).pictures] == [
            PictureState.WITHDRAWN,
            PictureState.ACTIVE,
        ]
        with pytest.raises(PictureUnknown):
            withdraw_picture(reference=reference, ordinal=3, by=PERSON, now=LATER)

    def test_what_its_time_or_a_practitioner_ended_was_not_taken_back(self, alpha: Keys) -> None:
        reference, barred = protect(picture("a"), picture("b"), picture("c", quality=10)), protect(picture("d"))
        draw(alpha)
        withdraw_hash(value=pdq("d/upright"), reason="Shared by everybody.", by=Actor.operator(), now=LATER)
        taken_out = find_submission(barred, now=LATER)
        assert [shown.state for shown in taken_out.pictures] == [PictureState.TAKEN_OUT]
        assert (taken_out.is_protected, state(barred, alpha)) == (False, AnswerState.REMOVAL_ASKED)
        withdraw_picture(reference=reference, ordinal=1, by=PERSON, now=LATER)
        assert find_submission(reference, now=LATER).is_protected
        after = LATER + timedelta(days=740)
        assert expire_submissions(now=after) == 2
        over = find_submission(reference, now=after)
        states = [PictureState.WITHDRAWN, PictureState.EXPIRED, PictureState.REFUSED]
        assert ([shown.state for shown in over.pictures], over.is_protected) == (states, False)

    def test_what_has_ended_takes_no_more(self) -> None:
        reference = protect(picture("a"))
        withdraw_submission(reference=reference, by=PERSON, now=LATER)
        withdraw_submission(reference=reference, by=PERSON, now=LATER)
        with pytest.raises(SubmissionClosed):
            add_pictures(reference=reference, batch=uuid.uuid4(), pictures=[picture("b")], by=PERSON, now=LATER)
        with pytest.raises(SubmissionClosed):
            renew_submission(reference=reference, by=PERSON, now=LATER)

    def test_a_picture_comes_back_when_it_is_protected_again(self, alpha: Keys) -> None:
        reference = protect(picture("a"))
        draw(alpha)
        withdraw_submission(reference=reference, by=PERSON, now=LATER)
        again = protect(picture("a"), now=LATER)
        assert entry(pdq("a/upright")).status == EntryStatus.ACTIVE.value
        assert not Withdrawal.objects.exists()
        assert state(again, alpha) is AnswerState.WATCHING

    def test_erasing_leaves_no_row_of_hers(self, alpha: Keys) -> None:
        reference = protect(picture("a", variants=TURNED))
        draw(alpha)
        erase_submission(reference=reference, by=PERSON, now=LATER)
        assert not Submission.objects.exists()
        assert not Membership.objects.exists()
        with pytest.raises(SubmissionUnknown):
            find_submission(reference, now=LATER)
        page = draw(alpha)
        assert {shown.status for shown in page.entries if shown.value == pdq("a/upright")} == {EntryStatus.WITHDRAWN}

    def test_a_hash_that_no_platform_saw_is_gone_at_once_when_erased(self) -> None:
        reference = protect(picture("a"))
        erase_submission(reference=reference, by=PERSON, now=LATER)
        assert not Entry.objects.exists()

    def test_a_hash_that_was_withdrawn_before_it_was_published_is_never_published(self, alpha: Keys) -> None:
        reference = protect(picture("a"))
        withdraw_submission(reference=reference, by=PERSON, now=NOW)
        assert pdq("a/upright") not in {shown.value for shown in draw(alpha).entries}

    def test_unknown_references_are_all_alike(self) -> None:
        for call in (withdraw_submission, renew_submission, erase_submission):
            with pytest.raises(SubmissionUnknown):
                call(reference=uuid.uuid4(), by=PERSON, now=NOW)

    @pytest.mark.usefixtures("beta")
    def test_status_takes_the_same_number_of_queries_for_any_size(self, alpha: Keys, django_assert_num_queries) -> None:
        small, large = protect(picture("a")), protect(*(picture(n, variants=TURNED) for n in range(40)))
        draw(alpha)
        for reference in (small, large):
            with django_assert_num_queries(7):
                find_submission(reference, now=LATER)

    def test_expiry_and_renewal(self, alpha: Keys) -> None:
        lapsed, renewed = protect(picture("a")), protect(picture("b"))
        draw(alpha)
        half_way = NOW + timedelta(days=300)
        receipt = renew_submission(reference=renewed, by=PERSON, now=half_way)
        assert receipt.expires_on == half_way.date().replace(year=half_way.year + 2)
        assert draw(alpha, after=5, now=half_way).entries[0].expires_on == receipt.expires_on
        two_years_on = NOW + timedelta(days=732)
        assert expire_submissions(now=NOW + timedelta(days=730)) == 0
        assert expire_submissions(now=two_years_on) == 1
        assert expire_submissions(now=two_years_on) == 0
        assert find_submission(lapsed, now=two_years_on).state is SubmissionState.EXPIRED
        assert entry(pdq("a/upright")).status == EntryStatus.WITHDRAWN.value
        assert entry(pdq("b/upright")).status == EntryStatus.ACTIVE.value


class TestAnswers:
    def test_she_sees_what_each_platform_did(self, alpha: Keys, beta: Keys) -> None:
        reference = protect(picture("a", variants=TURNED))
        assert state(reference, alpha) is AnswerState.NOT_YET
        draw(alpha)
        assert (state(reference, alpha), state(reference, beta)) == (AnswerState.WATCHING, AnswerState.NOT_YET)
        for said, shown in [
            (FeedbackValue.PENDING_REVIEW, AnswerState.PENDING_REVIEW),
            (FeedbackValue.NOT_BLOCKED, AnswerState.NOT_BLOCKED),
            (FeedbackValue.BLOCKED, AnswerState.BLOCKED),
        ]:
            answer(alpha, pdq("a/rot90"), said)
            assert state(reference, alpha) is shown
        assert state(reference, beta) is AnswerState.NOT_YET

    def test_a_platform_that_draws_digests_nowhere_does_not_have_them(self, alpha: Keys, beta: Keys) -> None:
        digest = NewPicture(kind=MediaKind.IMAGE, hashes=(NewHash(hash_type=HashType.MD5, value=md5("f")),))
        reference = protect(digest)
        draw(alpha, door=Door.STOPNCII, level=2)
        draw(beta)
        assert (state(reference, alpha), state(reference, beta)) == (AnswerState.NOT_YET, AnswerState.WATCHING)
        withdraw_submission(reference=reference, by=PERSON, now=LATER)
        assert set(Withdrawal.objects.values_list("platform_id", flat=True)) == {beta.partner.id}

    def test_who_says_that_it_dropped_a_hash_does_not_look_for_it(self, alpha: Keys) -> None:
        reference = protect(picture("a", variants=("upright", "rot90")))
        draw(alpha)
        answer(alpha, pdq("a/upright"), FeedbackValue.DELETED)
        assert state(reference, alpha) is AnswerState.WATCHING, "it has the other one"
        answer(alpha, pdq("a/rot90"), FeedbackValue.WITHDRAWN)
        assert state(reference, alpha) is AnswerState.DROPPED

    def test_the_same_answer_twice_is_one(self, alpha: Keys) -> None:
        protect(picture("a"))
        value = pdq("a/upright")
        assert answer(alpha, value, FeedbackValue.BLOCKED, tags=("x", "y")) is AnswerResult.RECORDED
        assert answer(alpha, value, FeedbackValue.BLOCKED, tags=("y", "x", "x")) is AnswerResult.UNCHANGED
        assert answer(alpha, value, FeedbackValue.BLOCKED, tags=("y",)) is AnswerResult.RECORDED
        assert Feedback.objects.count() == 1
        assert answer(alpha, pdq("nothing"), FeedbackValue.BLOCKED) is AnswerResult.UNKNOWN_HASH

    def test_when_an_answer_was_first_given_does_not_move_with_its_tags(self, alpha: Keys) -> None:
        protect(picture("a"))
        answer(alpha, pdq("a/upright"), FeedbackValue.BLOCKED, now=NOW)
        answer(alpha, pdq("a/upright"), FeedbackValue.BLOCKED, now=LATER, tags=("x",))
        assert Feedback.objects.get().since == NOW

    def test_a_value_can_be_hashes_of_two_types(self, alpha: Keys) -> None:
        protect(
            NewPicture(kind=MediaKind.IMAGE, hashes=(NewHash(hash_type=HashType.MD5, value=md5("f")),)),
            NewPicture(kind=MediaKind.VIDEO, hashes=(NewHash(hash_type=HashType.VIDEO_MD5, value=md5("f")),)),
        )
        answer(alpha, md5("f"), FeedbackValue.BLOCKED)
        assert Feedback.objects.count() == 2

    def test_two_platforms_make_an_entry_verified_and_one_that_disagrees_sends_it_to_review(
        self, alpha: Keys, beta: Keys, enrol
    ) -> None:
        reference, value = protect(picture("a", variants=TURNED)), pdq("a/upright")
        answer(alpha, value, FeedbackValue.BLOCKED)
        assert entry(value).tier == Tier.SUBMITTED.value
        answer(beta, value, FeedbackValue.BLOCKED)
        assert entry(value).tier == Tier.VERIFIED.value
        assert entry(pdq("a/rot90")).tier == Tier.SUBMITTED.value, "an answer is about one hash, not about its family"
        answer(enrol("Gamma"), value, FeedbackValue.NOT_BLOCKED)
        assert (entry(value).tier, entry(value).in_review) == (Tier.SUBMITTED.value, True)
        assert find_submission(reference, now=LATER).pictures[0].in_review
        verify_hash(value=value, reason="looked", by=Actor.operator(), now=LATER + timedelta(minutes=1))
        assert (entry(value).tier, entry(value).in_review) == (Tier.VERIFIED.value, False)

    def test_a_practitioner_confirms_upright_hashes_only(self) -> None:
        protect(picture("a", variants=TURNED))
        with pytest.raises(VariantNotConfirmable):
            verify_hash(value=pdq("a/rot90"), reason="looked", by=Actor.operator(), now=NOW)
        with pytest.raises(EntryUnknown):
            verify_hash(value=pdq("none"), reason="looked", by=Actor.operator(), now=NOW)

    def test_a_changed_entry_is_served_again_with_all_answers(self, alpha: Keys, beta: Keys) -> None:
        protect(picture("a"))
        first = draw(alpha)
        answer(alpha, pdq("a/upright"), FeedbackValue.BLOCKED, tags=("t",))
        answer(beta, pdq("a/upright"), FeedbackValue.PENDING_REVIEW)
        again = draw(alpha, after=first.through.sequence)
        assert [[(told.source, told.value, told.tags) for told in shown.answers] for shown in again.entries] == [
            [("Alpha", FeedbackValue.BLOCKED, ("t",)), ("Beta", FeedbackValue.PENDING_REVIEW, ())]
        ]

    def test_hashes_from_a_platform_are_submitted_and_given_up_by_it_alone(self, alpha: Keys, beta: Keys) -> None:
        new = NewHash(hash_type=HashType.PDQ, value=pdq("found"))
        plain = NewHash(hash_type=HashType.PDQ, value="0" * 64)
        results = [
            [outcome.result for outcome in submit_platform_hashes(partner=alpha.partner, hashes=[new, plain], now=NOW)]
            for _ in range(2)
        ]
        assert results == [
            [AnswerResult.RECORDED, AnswerResult.REFUSED],
            [AnswerResult.UNCHANGED, AnswerResult.REFUSED],
        ]
        assert entry(new.value).tier == Tier.SUBMITTED.value
        answer(beta, new.value, FeedbackValue.WITHDRAWN)
        assert entry(new.value).status == EntryStatus.ACTIVE.value
        answer(alpha, new.value, FeedbackValue.WITHDRAWN)
        assert entry(new.value).status == EntryStatus.WITHDRAWN.value


class TestWithdrawal:
    def test_the_way_of_a_withdrawal(self, alpha: Keys, beta: Keys) -> None:
        reference, value = protect(picture("a")), pdq("a/upright")
        first = draw(alpha)
        withdraw_submission(reference=reference, by=PERSON, now=LATER)
        assert state(reference, alpha) is AnswerState.REMOVAL_ASKED
        assert state(reference, beta) is None, "it never had the hash"
        owed = open_withdrawals(alpha.partner.id, limit=10)
        assert [(one.value, one.acknowledge_by) for one in owed] == [(value, LATER + ACKNOWLEDGE_WITHIN)]
        told = acknowledge_through_sequence(partner=alpha.partner, sequence=first.through.sequence, now=LATER)
        assert told.open == 1, "a page from before the withdrawal proves nothing"
        page = draw(alpha, after=first.through.sequence)
        assert [(shown.value, shown.status) for shown in page.entries] == [(value, EntryStatus.WITHDRAWN)]
        assert page.entries[0].acknowledge_by == LATER + ACKNOWLEDGE_WITHIN
        told = acknowledge_through_sequence(partner=alpha.partner, sequence=page.through.sequence, now=LATER)
        assert (told.acknowledged, told.open) == (1, 0)
        assert state(reference, alpha) is AnswerState.REMOVAL_DONE

    @pytest.mark.parametrize("word", [FeedbackValue.WITHDRAWN, FeedbackValue.DELETED])
    def test_a_word_of_feedback_acknowledges(self, alpha: Keys, word: FeedbackValue) -> None:
        reference = protect(picture("a"))
        draw(alpha)
        withdraw_submission(reference=reference, by=PERSON, now=LATER)
        assert answer(alpha, pdq("a/upright"), word) is AnswerResult.RECORDED
        assert answer(alpha, pdq("a/upright"), word) is AnswerResult.UNCHANGED
        assert state(reference, alpha) is AnswerState.REMOVAL_DONE

    def test_a_match_after_withdrawal_shows_a_stale_platform(self, alpha: Keys) -> None:
        reference = protect(picture("a"))
        draw(alpha)
        withdraw_submission(reference=reference, by=PERSON, now=LATER)
        page = draw(alpha)
        acknowledge_through_sequence(partner=alpha.partner, sequence=page.through.sequence, now=LATER)
        assert answer(alpha, pdq("a/upright"), FeedbackValue.BLOCKED) is AnswerResult.WITHDRAWN_HASH
        assert state(reference, alpha) is AnswerState.STALE
        assert len(open_withdrawals(alpha.partner.id, limit=10)) == 1, "it must drop the hash anew"

    def test_a_late_platform_is_stale_then_suspended_then_let_in_again(self, alpha: Keys, beta: Keys) -> None:
        reference = protect(picture("a"))
        draw(alpha)
        draw(beta)
        withdraw_submission(reference=reference, by=PERSON, now=LATER)
        answer(beta, pdq("a/upright"), FeedbackValue.WITHDRAWN)
        due = LATER + ACKNOWLEDGE_WITHIN
        assert state(reference, alpha, now=due + timedelta(seconds=1)) is AnswerState.STALE
        assert suspend_stale_platforms(now=due + SUSPEND_AFTER - timedelta(seconds=1)) == 0
        assert suspend_stale_platforms(now=due + SUSPEND_AFTER) == 1
        assert suspend_stale_platforms(now=due + SUSPEND_AFTER) == 0
        suspended = find_partner(alpha.partner.public_id)
        assert suspended.is_suspended
        assert "/api/v1/withdrawals" in suspended.suspended_reason
        assert not find_partner(beta.partner.public_id).is_suspended
        told = NewAnswer(value=pdq("a/upright"), answer=FeedbackValue.DELETED)
        record_answers(partner=suspended, answers=[told], now=due + SUSPEND_AFTER)
        assert not find_partner(alpha.partner.public_id).is_suspended

    def test_a_tombstone_is_forgotten_long_after_everybody_dropped_it(self, alpha: Keys) -> None:
        reference = protect(picture("a"))
        draw(alpha)
        erase_submission(reference=reference, by=PERSON, now=LATER)
        page = draw(alpha)
        long_after = LATER + TOMBSTONE_KEPT + timedelta(days=1)
        assert purge_tombstones(now=long_after) == 0, "not while a platform may have it"
        acknowledge_through_sequence(partner=alpha.partner, sequence=page.through.sequence, now=LATER)
        assert purge_tombstones(now=LATER + TOMBSTONE_KEPT - timedelta(days=1)) == 0
        assert purge_tombstones(now=long_after) == 1
        assert not Entry.objects.filter(value=pdq("a/upright")).exists()

    def test_what_staff_took_out_does_not_come_back_by_itself(self, alpha: Keys) -> None:
        protect(picture("a"))
        value = pdq("a/upright")
        draw(alpha)
        assert withdraw_hash(value=value, reason="court order", by=Actor.operator(), now=LATER) == 1
        assert withdraw_hash(value=value, reason="court order", by=Actor.operator(), now=LATER) == 0
        receipt = open_submission(
            reference=uuid.uuid4(), pictures=[picture("a")], abuse_kind=AbuseKind.SHARED, by=PERSON, now=LATER
        )
        assert [(one.why, one.count) for one in receipt.pictures[0].refused] == [(RefusalReason.BARRED, 1)]
        assert entry(value).status == EntryStatus.WITHDRAWN.value
        answer(alpha, value, FeedbackValue.DELETED)
        assert purge_tombstones(now=LATER + timedelta(days=900)) == 0
        verify_hash(value=value, reason="appeal", by=Actor.operator(), now=LATER)
        assert (entry(value).status, entry(value).tier) == (EntryStatus.ACTIVE.value, Tier.VERIFIED.value)
        with pytest.raises(EntryUnknown):
            withdraw_hash(value=pdq("none"), reason="x", by=Actor.operator(), now=NOW)


class TestFeed:
    def test_a_platform_draws_its_level_and_never_another_ones_canary(self, alpha: Keys, beta: Keys) -> None:
        protect(picture("a", variants=("upright", "rot90", "crop10")))
        canaries = set(Entry.objects.filter(canary_for=alpha.partner.id).values_list("value", flat=True))
        others = set(Entry.objects.filter(canary_for=beta.partner.id).values_list("value", flat=True))
        assert len(canaries) == len(others) == 3
        for level, count in enumerate([1, 2, 3, 3]):
            values = {shown.value for shown in draw(alpha, level=level).entries}
            assert len(values) == count + 3
            assert canaries <= values
            assert not others & values

    def test_a_canary_looks_like_a_real_picture(self, alpha: Keys) -> None:
        for canary in Entry.objects.filter(canary_for=alpha.partner.id):
            assert int(canary.value, 16).bit_count() == 128
            assert 85 <= (canary.quality or 0) <= 100

    def test_a_canary_in_another_ones_hands_raises_the_alarm_and_tells_it_nothing(
        self, alpha: Keys, beta: Keys
    ) -> None:
        value = Entry.objects.filter(canary_for=alpha.partner.id)[0].value
        told = [
            record_answers(
                partner=beta.partner, answers=[NewAnswer(value=asked, answer=FeedbackValue.BLOCKED)], now=NOW
            )[0]
            for asked in (value, pdq("nothing"))
        ]
        assert (told[0].result, told[0].message) == (told[1].result, told[1].message)
        assert CanaryAlarm.objects.get().reported_by_id == beta.partner.id
        assert AuditEvent.objects.filter(verb="bank.canary_answered_by_another").count() == 1
        assert not Feedback.objects.exists()

    def test_every_page_is_written_down_without_a_hash(self, alpha: Keys) -> None:
        protect(picture("a"))
        page = draw(alpha)
        written = Disclosure.objects.get()
        assert (written.count, written.to_sequence) == (len(page.entries), page.through.sequence)
        draw(alpha, after=page.through.sequence)
        assert Disclosure.objects.count() == 1, "an empty page discloses nothing"

    def test_what_was_disclosed_is_forgotten_after_two_years(self, alpha: Keys) -> None:
        draw(alpha, now=NOW)
        assert forget_disclosures(now=NOW + timedelta(days=729)) == 0
        assert forget_disclosures(now=NOW + timedelta(days=731)) == 1
        assert not Disclosure.objects.exists()

    def test_the_variants_of_a_picture_are_a_family_and_her_pictures_are_not(self, alpha: Keys) -> None:
        protect(picture("a", variants=TURNED), picture("b", variants=TURNED))
        page = draw(alpha)
        named = families([shown.sequence for shown in page.entries])
        of = {shown.value: named[shown.sequence] for shown in page.entries}
        assert len({of[pdq(f"a/{variant}")] for variant in TURNED}) == 1
        assert of[pdq("a/upright")] != of[pdq("b/upright")]
        assert len(set(named.values())) == 2 + 3

    def test_a_page_costs_the_same_number_of_queries_at_any_size(self, alpha: Keys, django_assert_num_queries) -> None:
        protect(*(picture(number) for number in range(30)))
        for number in range(30):
            answer(alpha, pdq(f"{number}/upright"), FeedbackValue.BLOCKED)
        publish_pending(now=LATER)
        draw(alpha, now=LATER)  # the day's first page makes its disclosure's row
        for limit in (2, 20):
            with django_assert_num_queries(8):
                draw_page(
                    partner=alpha.partner,
                    door=Door.MODERN,
                    position=FeedPosition(),
                    limit=limit,
                    level=3,
                    now=LATER,
                )

    def test_the_deny_list_holds(self) -> None:
        flag = f"{int(pdq('a/upright'), 16) ^ 0xFFFF:064x}"
        assert deny_hashes(hashes=[(HashType.PDQ, flag)], by=Actor.operator(), now=NOW) == 1
        reference = protect(picture("a"), picture("b"))
        shown = find_submission(reference, now=NOW).pictures
        assert [one.state for one in shown] == [PictureState.REFUSED, PictureState.ACTIVE]


class TestDatabase:
    @pytest.mark.parametrize(
        "change",
        [
            {"status": EntryStatus.WITHDRAWN.value},
            {"tier": Tier.VERIFIED.value, "in_review": True},
            {"quality": 101},
            {"value": "A" * 64},
            {"value": "a" * 63},
            {"sequence": 4},
            {"tier": "trusted"},
            {"level": 4},
        ],
    )
    def test_the_database_refuses_an_impossible_entry(self, change: dict[str, object]) -> None:
        protect(picture("a"))
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.update(**change)

    def test_the_registry_refuses_what_is_not_intimate_image_abuse(self) -> None:
        protect(picture("a"))
        with pytest.raises(DatabaseError), transaction.atomic():
            Submission.objects.update(abuse_kind="copyright")

    def test_the_trail_names_no_hash_and_no_person(self, alpha: Keys) -> None:
        reference = protect(picture("a"))
        draw(alpha)
        answer(alpha, pdq("a/upright"), FeedbackValue.BLOCKED)
        withdraw_submission(reference=reference, by=PERSON, now=LATER)
        erase_submission(reference=reference, by=PERSON, now=LATER)
        lines = list(AuditEvent.objects.values_list("verb", "actor_kind", "actor_id", "facts", "subject_reference"))
        assert len(lines) >= 6
        assert pdq("a/upright") not in str(lines)
        assert {actor for _, kind, actor, _, _ in lines if kind == "person"} == {""}
        assert verify_chain() == len(lines)
