"""Rounds from draft to published: who may see and say what, what is refused, and what stays."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from leeward.foundation.accounts.models import User
from leeward.foundation.accounts.rules import Role
from leeward.foundation.accounts.unlocking import actor
from leeward.foundation.editing.errors import EntryUnknown, FieldRefused
from leeward.policy.assessment.errors import StepRefused
from leeward.policy.assessment.models import HeldPiece, Member, Participation, Round, RoundEvent, Score
from leeward.policy.assessment.operations.bodies import add_body, change_body
from leeward.policy.assessment.operations.pieces import add_piece, freeze_live, take_back
from leeward.policy.assessment.operations.rounds import finish_view, invite_bodies, make_round
from leeward.policy.assessment.operations.scores import agree, confirm_scores, record_scores
from leeward.policy.assessment.queries.published import (
    latest_levels,
    list_published,
    open_published,
    open_published_today,
)
from leeward.policy.assessment.queries.rounds import (
    answers_to,
    earlier_rounds,
    find_body,
    find_round,
    find_voice,
    history_of,
    list_bodies,
    list_rounds,
    open_round,
    taken_back_from,
)
from leeward.policy.assessment.rules.entries import NewBody, NewRound, NewScore
from leeward.policy.assessment.rules.evidence import QUERIES, Count, judge
from leeward.policy.assessment.rules.loading import Extension, shipped_model
from leeward.policy.assessment.rules.model import Column, Item, ItemPurpose
from leeward.policy.assessment.rules.pieces import PieceKind
from leeward.policy.assessment.rules.rounds import RoundStep, Sector, Stage
from leeward.policy.assessment.rules.scale import Standing, State
from tests.policy.assessment.conftest import BY, DAY, NOW, Workshop, says, staff
from tests.policy.assessment.links import LINK

pytestmark = pytest.mark.postgresql


def settle(workshop: Workshop, **states: State) -> None:
    """Agree on everything that is open, and close the round."""
    for new in says(**states):
        agree(public_id=workshop.round_id, new=replace(new, note="We looked at the papers together."), by=BY, now=NOW)
    workshop.step(RoundStep.AGREE)


class TestMaking:
    def test_a_round_keeps_the_model_and_the_extension_it_was_made_with(self, workshop: Workshop, settings) -> None:  # type: ignore[no-untyped-def]
        own = Item(
            id="FH-V3.E1",
            column=Column.ESSENTIAL,
            kind=ItemPurpose.REQUIREMENT,
            text="The helpline signs.",
            features=(),
            is_own=True,
        )
        settings.LEEWARD_MODEL_EXTENSION = Extension(
            model_id="aoh-nrm", edition=1, country="Fairhaven", prefix="FH", adds=(own,),
            scoped_out=(("C1.B4", "Our constitution forbids it."),),
        )  # fmt: skip
        later = make_round(new=NewRound(title="Later", held_on=date(2026, 11, 2)), by=BY, now=NOW)
        settings.LEEWARD_MODEL_EXTENSION = None
        first = open_round(workshop.officer, workshop.round_id, now=NOW).state
        second = open_round(workshop.officer, later, now=NOW).state
        assert (len(first.items), len(second.items)) == (137, 138)
        assert second.item("FH-V3.E1").item.is_own
        assert second.item("C1.B4").item.scoped_out == "Our constitution forbids it."
        assert not second.item("C1.B4").is_assessable
        assert first.model.items == shipped_model().items
        with pytest.raises(EntryUnknown):
            first.item("FH-V3.E1")

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("title", "held_on", "field"),
        [
            (" ", date(2026, 1, 1), "title"),
            ("x" * 121, date(2026, 1, 1), "title"),
            ("A", date(2026, 11, 25), "held_on"),
        ],
    )
    def test_what_cannot_be_kept_is_named(self, title: str, held_on: date, field: str) -> None:
        with pytest.raises(FieldRefused) as caught:
            make_round(new=NewRound(title=title, held_on=held_on), by=BY, now=NOW)
        assert caught.value.field == field
        assert not Round.objects.exists()

    def test_a_draft_can_begin_with_what_was_agreed_before(self, reviewed: Workshop) -> None:
        settle(reviewed, P1_E2=State.PARTIAL)
        held = find_round(reviewed.officer, reviewed.round_id)
        new = NewRound(title="Next", held_on=date(2026, 11, 20))
        after = open_round(reviewed.officer, make_round(new=new, after=held, by=BY, now=NOW), now=NOW).state
        assert (after.item("P1.E1").state, after.item("P1.E2").state) == (State.IN_PLACE, State.PARTIAL)
        assert after.item("C1.B4").answer == after.item("C1.B4").draft
        assert after.item("C1.B4").draft is not None
        assert after.stage is Stage.DRAFT


class TestBodies:
    @pytest.mark.usefixtures("workshop")
    def test_a_body_is_called_by_its_name_unless_it_has_another_for_the_public(self) -> None:
        assert [(each.name, each.public_name) for each in list_bodies()] == [
            ("Afterwards", "A survivors’ group"), ("Harbour Police", "Harbour Police"),
        ]  # fmt: skip

    def test_what_cannot_be_kept_is_named(self, workshop: Workshop) -> None:
        police = NewBody(name="Harbour Police", public_name="", sector=Sector.POLICE)
        with pytest.raises(FieldRefused, match="name_taken"):
            add_body(new=police, by=BY, now=NOW)
        other = NewBody(name="Coast Police", public_name="", sector=Sector.POLICE)
        with pytest.raises(FieldRefused, match="member_elsewhere"):
            add_body(new=other, members=[workshop.police.reference], by=BY, now=NOW)
        with pytest.raises(FieldRefused, match="member_unknown"):
            add_body(new=other, members=[workshop.officer.reference], by=BY, now=NOW)
        with pytest.raises(EntryUnknown):
            change_body(public_id=uuid4(), new=other, members=[], by=BY, now=NOW)
        with pytest.raises(FieldRefused, match="name_taken"):
            change_body(public_id=workshop.survivors_body, new=police, members=[], by=BY, now=NOW)

    def test_those_who_speak_for_it_can_change(self, workshop: Workshop) -> None:
        other = staff("mo", Role.REVIEWER)
        new = NewBody(name="Harbour Police", public_name="", sector=Sector.POLICE)
        change_body(public_id=workshop.police_body, new=new, members=[other.reference], by=BY, now=NOW)
        assert find_body(workshop.police_body).members == (other.reference,)
        with pytest.raises(EntryUnknown):
            open_round(workshop.police, workshop.round_id, now=NOW)

    def test_a_body_that_has_answered_stays_in_the_round(self, reviewed: Workshop) -> None:
        invite_bodies(public_id=reviewed.round_id, bodies=[], by=BY, now=NOW)
        assert Participation.objects.count() == 2
        with pytest.raises(EntryUnknown):
            invite_bodies(public_id=reviewed.round_id, bodies=[uuid4()], by=BY, now=NOW)


class TestWhoSees:
    def test_a_reviewer_sees_no_draft_and_no_round_of_others(self, workshop: Workshop) -> None:
        assert list_rounds(workshop.police) == ()
        for viewer in (workshop.police, staff("zoe", Role.REVIEWER), staff("ed", Role.DIRECTORY_EDITOR)):
            with pytest.raises(EntryUnknown):
                open_round(viewer, workshop.round_id, now=NOW)
        assert len(list_rounds(workshop.officer)) == 1

    def test_she_sees_the_others_once_she_has_finished(self, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        workshop.score(workshop.police_body, P1_E1=State.IN_PLACE)
        opened = open_round(workshop.police, workshop.round_id, now=NOW)
        assert opened.own is not None
        assert (opened.own.name, opened.may_see_views) == ("Harbour Police", False)
        assert opened.state.item("P1.E1").state is State.IN_PLACE
        workshop.finish(workshop.police_body)
        assert open_round(workshop.police, workshop.round_id, now=NOW).may_see_views
        assert not open_round(workshop.survivor, workshop.round_id, now=NOW).may_see_views

    def test_she_speaks_for_her_own_body_alone(self, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        held = find_round(workshop.police, workshop.round_id)
        assert find_voice(workshop.police, held, str(workshop.police_body)).name == "Harbour Police"
        for key in (str(workshop.survivors_body), "draft", "agreed", "", str(uuid4())):
            with pytest.raises(EntryUnknown):
                find_voice(workshop.police, held, key)
        with pytest.raises(EntryUnknown):
            find_voice(workshop.officer, held, "agreed")


class TestBySecretariat:
    """What the secretariat enters for a body is never taken for the body's own word."""

    def enter(self, workshop: Workshop, body: UUID, *, now: datetime = NOW, **states: State) -> int:
        voice, by = workshop.voice(body), actor(workshop.officer)
        return record_scores(public_id=workshop.round_id, voice=voice, scores=says(**states), by=by, now=now)

    def confirm(self, workshop: Workshop, *, by: User, only: str = "", seen_at: datetime = NOW) -> int:
        voice = workshop.voice(workshop.police_body)
        return confirm_scores(
            public_id=workshop.round_id, voice=voice, seen_at=seen_at, only=only, by=actor(by), now=NOW + DAY
        )

    def hands(self) -> list[tuple[str, str]]:
        return list(Score.objects.filter(source="body").order_by("id").values_list("item_id", "hand"))

    def test_a_finished_view_is_the_body_s_alone(self, reviewed: Workshop) -> None:
        before = Score.objects.count()
        with pytest.raises(StepRefused, match="view_finished"):
            self.enter(reviewed, reviewed.police_body, P1_E1=State.NOT_STARTED)
        assert Score.objects.count() == before
        assert reviewed.score(reviewed.police_body, P1_E1=State.PLANNED) == 1  # the police themselves still can

    def test_it_is_kept_as_entered_until_the_body_confirms_or_changes_it(self, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        self.enter(workshop, workshop.police_body, P1_E1=State.IN_PLACE, P1_E2=State.PARTIAL)
        assert (
            workshop.score(workshop.police_body, P1_E1=State.IN_PLACE) == 0
        )  # saving a row unchanged confirms nothing
        with pytest.raises(StepRefused, match="not_confirmed"):
            workshop.finish(workshop.police_body)
        assert self.confirm(workshop, by=workshop.police, only="P1.E1") == 1
        workshop.score(workshop.police_body, P1_E2=State.NOT_STARTED)
        workshop.finish(workshop.police_body)
        assert self.hands() == [
            ("P1.E1", "secretariat"), ("P1.E2", "secretariat"), ("P1.E1", "confirmed"), ("P1.E2", "own"),
        ]  # fmt: skip
        police = open_round(workshop.officer, workshop.round_id, now=NOW).participant(
            workshop.voice(workshop.police_body)
        )
        assert police is not None
        assert (police.unconfirmed, police.confirmed) == ((), ("P1.E1",))
        assert police.finished_by == workshop.police.reference

    def test_nobody_else_confirms_or_finishes_it(self, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        self.enter(workshop, workshop.police_body, P1_E1=State.IN_PLACE)
        for other in (workshop.officer, workshop.survivor):
            with pytest.raises(EntryUnknown):
                self.confirm(workshop, by=other)
        with pytest.raises(StepRefused, match="body_finishes"):
            finish_view(public_id=workshop.round_id, voice=workshop.voice(workshop.police_body), by=BY, now=NOW)
        assert not Score.objects.exclude(hand="secretariat").exists()

    def test_what_was_entered_after_she_looked_waits_on(self, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        self.enter(workshop, workshop.police_body, P1_E1=State.IN_PLACE)
        self.enter(workshop, workshop.police_body, P1_E2=State.IN_PLACE, now=NOW + DAY)
        assert self.confirm(workshop, by=workshop.police, seen_at=NOW) == 1
        assert self.hands()[-1] == ("P1.E1", "confirmed")
        assert self.confirm(workshop, by=workshop.police, seen_at=NOW) == 0

    def test_of_a_body_for_which_nobody_answers_the_secretariat_finishes_and_it_stays_marked(
        self, workshop: Workshop
    ) -> None:
        Member.objects.all().delete()
        workshop.step(RoundStep.OPEN_REVIEW)
        self.enter(workshop, workshop.police_body, P1_E1=State.IN_PLACE)
        voice = workshop.voice(workshop.police_body)
        finish_view(public_id=workshop.round_id, voice=voice, by=actor(workshop.officer), now=NOW)
        police = open_round(workshop.officer, workshop.round_id, now=NOW).participant(voice)
        assert police is not None
        assert (police.unconfirmed, police.finished_by) == (("P1.E1",), workshop.officer.reference)


class TestScoring:
    def test_answers_are_added_and_the_newest_counts(self, workshop: Workshop) -> None:
        assert workshop.score("draft", P1_E1=State.PLANNED, P1_E2=State.PARTIAL) == 2
        assert workshop.score("draft", P1_E1=State.PLANNED, P1_E2=State.IN_PLACE, now=NOW + DAY) == 1
        state = open_round(workshop.officer, workshop.round_id, now=NOW).state
        assert (state.item("P1.E1").state, state.item("P1.E2").state) == (State.PLANNED, State.IN_PLACE)
        said = answers_to(find_round(workshop.officer, workshop.round_id), "P1.E2", voices=None, own=None)
        assert [each.state for each in said] == [State.IN_PLACE, State.PARTIAL]

    def test_nobody_has_answered_is_unknown_and_not_absent(self, workshop: Workshop) -> None:
        state = open_round(workshop.officer, workshop.round_id, now=NOW).state
        assert {each.state for each in state.items} == {State.UNKNOWN}
        assert {row.view.standing for row in state.rows} == {Standing.UNKNOWN}

    def test_all_or_nothing(self, workshop: Workshop) -> None:
        bad = [*says(P1_E1=State.IN_PLACE), NewScore(item_id="P1.E2", state=State.NOT_APPLICABLE)]
        with pytest.raises(FieldRefused, match="reason_missing"):
            record_scores(public_id=workshop.round_id, voice=workshop.voice("draft"), scores=bad, by=BY, now=NOW)
        assert not Score.objects.exists()

    @pytest.mark.parametrize("item_id", ["P1.E9", "P3.B1", "", "P1"])
    def test_what_is_not_judged_takes_no_answer(self, workshop: Workshop, item_id: str) -> None:
        scores = [NewScore(item_id=item_id, state=State.IN_PLACE)]
        with pytest.raises(EntryUnknown):
            record_scores(public_id=workshop.round_id, voice=workshop.voice("draft"), scores=scores, by=BY, now=NOW)

    def test_evidence_is_not_chosen_and_texts_have_an_end(self, workshop: Workshop) -> None:
        for new, mistake in (
            (NewScore(item_id="P1.E1", state=State.EVIDENCED), "state_earned"),
            (NewScore(item_id="P1.E1", state=State.PARTIAL, note="x" * 2001), "long"),
            (NewScore(item_id="P1.E1", state=State.PARTIAL, note="a\x00b"), "unprintable"),
            (NewScore(item_id="P1.E1", state=State.NOT_APPLICABLE, reason="x" * 501), "long"),
        ):
            with pytest.raises(FieldRefused, match=mistake):
                record_scores(public_id=workshop.round_id, voice=workshop.voice("draft"), scores=[new], by=BY, now=NOW)

    def test_each_in_its_time(self, workshop: Workshop) -> None:
        with pytest.raises(StepRefused):
            workshop.score(workshop.police_body, P1_E1=State.PARTIAL)
        workshop.step(RoundStep.OPEN_REVIEW)
        with pytest.raises(StepRefused):
            workshop.score("draft", P1_E1=State.PARTIAL)

    @pytest.mark.usefixtures("reviewed")
    @pytest.mark.parametrize("rows", [Score, RoundEvent])
    def test_the_database_changes_no_answer_and_no_step(self, rows) -> None:  # type: ignore[no-untyped-def]
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            rows.objects.update(by="somebody")


class TestAgreeing:
    def test_where_views_differ_somebody_agrees_and_says_why(self, reviewed: Workshop) -> None:
        state = open_round(reviewed.officer, reviewed.round_id, now=NOW).state
        assert [each.item.id for each in state.disputed] == ["P1.E2"]
        with pytest.raises(StepRefused) as caught:
            reviewed.step(RoundStep.AGREE)
        assert (caught.value.mistake, caught.value.items) == ("unsettled", ("P1.E2",))
        new = NewScore(item_id="P1.E2", state=State.PARTIAL)
        with pytest.raises(FieldRefused, match="note_missing"):
            agree(public_id=reviewed.round_id, new=new, by=BY, now=NOW)
        settle(reviewed, P1_E2=State.PARTIAL)
        state = open_round(reviewed.officer, reviewed.round_id, now=NOW).state
        assert state.stage is Stage.AGREED
        assert state.item("P1.E2").agreed is not None
        assert state.item("P1.E2").agreed.note == "We looked at the papers together."
        assert [len(each.views) for each in state.disputed] == [2]

    def test_where_nobody_differs_what_all_say_is_agreed(self, reviewed: Workshop) -> None:
        settle(reviewed, P1_E2=State.PARTIAL)
        state = open_round(reviewed.officer, reviewed.round_id, now=NOW).state
        assert state.item("P1.E1").state is State.IN_PLACE  # one body did not know
        assert state.item("C1.B4").answer is not None
        assert state.item("C1.B4").answer.reason == "Our law says otherwise."
        assert state.item("P1.B1").state is State.UNKNOWN  # nobody said anything
        assert all(each.agreed for each in state.items if each.is_assessable)
        assert state.row("P1").view.standing is Standing.STARTED

    def test_a_round_on_which_nobody_has_finished_is_not_agreed(self, workshop: Workshop) -> None:
        workshop.step(RoundStep.OPEN_REVIEW)
        with pytest.raises(StepRefused, match="nobody_finished"):
            workshop.step(RoundStep.AGREE)
        with pytest.raises(StepRefused, match="nothing_answered"):
            workshop.finish(workshop.police_body)

    def test_a_round_without_bodies_is_not_reviewed(self, workshop: Workshop) -> None:
        invite_bodies(public_id=workshop.round_id, bodies=[], by=BY, now=NOW)
        with pytest.raises(StepRefused, match="no_bodies"):
            workshop.step(RoundStep.OPEN_REVIEW)

    def test_it_can_be_opened_again_with_a_reason_and_all_steps_stay(self, reviewed: Workshop) -> None:
        settle(reviewed, P1_E2=State.PARTIAL)
        with pytest.raises(FieldRefused):
            reviewed.step(RoundStep.REOPEN)
        reviewed.step(RoundStep.REOPEN, words="The prosecutors were forgotten.")
        reviewed.score(reviewed.police_body, P1_E2=State.PARTIAL)
        reviewed.step(RoundStep.AGREE)
        reviewed.step(RoundStep.KEEP_PRIVATE)
        reviewed.step(RoundStep.PUBLISH)
        held = find_round(reviewed.officer, reviewed.round_id)
        steps = [each.step.value for each in history_of(held)]
        assert steps == ["publish", "keep_private", "agree", "reopen", "agree", "open_review", "make"]
        for step in (RoundStep.REOPEN, RoundStep.DROP, RoundStep.AGREE):
            with pytest.raises(StepRefused):
                reviewed.step(step, words="No.")

    def test_a_dropped_round_is_out_of_the_reviewers_sight(self, reviewed: Workshop) -> None:
        reviewed.step(RoundStep.DROP, words="Made by mistake.")
        assert list_rounds(reviewed.police) == ()


class TestEvidence:
    def test_what_is_in_place_is_more_with_evidence_until_it_expires(self, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.IN_PLACE, P1_E2=State.PARTIAL)
        for item_id in ("P1.E1", "P1.E2"):
            add_piece(public_id=workshop.round_id, item_id=item_id, new=LINK, by=BY, now=NOW)
        state = open_round(workshop.officer, workshop.round_id, now=NOW).state
        assert (state.item("P1.E1").state, state.item("P1.E2").state) == (State.EVIDENCED, State.PARTIAL)
        later = open_round(workshop.officer, workshop.round_id, now=NOW + 330 * DAY).state
        assert later.item("P1.E1").state is State.IN_PLACE
        assert later.item("P1.E1").pieces[0].piece.has_expired_by(later.day)

    def test_an_outcome_is_shown_by_a_dated_value(self, workshop: Workshop) -> None:
        row = shipped_model().row("P1")
        workshop.score("draft", **{item.id.replace(".", "_"): State.IN_PLACE for item in row.items})
        outcomes = [item.id for item in row.items if item.column is Column.OUTCOME]
        for item_id in outcomes:
            add_piece(public_id=workshop.round_id, item_id=item_id, new=LINK, by=BY, now=NOW)
        state = open_round(workshop.officer, workshop.round_id, now=NOW).state
        assert state.row("P1").view.standing is Standing.BEST_PRACTICE
        for item_id in outcomes:
            measured = replace(LINK, value=Decimal("41.5"), unit="percent")
            add_piece(public_id=workshop.round_id, item_id=item_id, new=measured, by=BY, now=NOW)
        state = open_round(workshop.officer, workshop.round_id, now=NOW).state
        assert state.row("P1").view.standing is Standing.OUTCOME_SHOWN

    def test_a_live_value_is_frozen_with_its_day(self, workshop: Workshop) -> None:
        name = "directory.verified_share"
        found = judge(QUERIES[name], Count(number=81, base=100), on=NOW.date())
        item = next(item for item in shipped_model().items if item.evidence == name)
        with patch("leeward.policy.assessment.operations.pieces.run_query", return_value=found):
            freeze_live(public_id=workshop.round_id, item_id=item.id, by=BY, now=NOW)
            freeze_live(public_id=workshop.round_id, item_id=item.id, by=BY, now=NOW)
        (held,) = open_round(workshop.officer, workshop.round_id, now=NOW).state.item(item.id).pieces
        piece = held.piece
        assert (piece.kind, piece.value, piece.unit, piece.as_of) == ("live", Decimal(81), "percent", NOW.date())
        assert (piece.query, piece.owner, piece.expires_on) == (name, "Leeward", date(2027, 11, 24))

    def test_where_there_is_nothing_to_freeze_it_says_so(self, workshop: Workshop) -> None:
        live = next(item.id for item in shipped_model().items if item.evidence == "directory.verified_share")
        with pytest.raises(StepRefused, match="no_value"):
            freeze_live(public_id=workshop.round_id, item_id=live, by=BY, now=NOW)
        with pytest.raises(StepRefused, match="no_query"):
            freeze_live(public_id=workshop.round_id, item_id="P2.B2", by=BY, now=NOW)

    def test_a_piece_is_taken_back_with_a_reason_and_stays_in_the_history(self, workshop: Workshop) -> None:
        workshop.score("draft", P1_E1=State.IN_PLACE)
        piece = add_piece(public_id=workshop.round_id, item_id="P1.E1", new=LINK, by=BY, now=NOW)
        with pytest.raises(FieldRefused):
            take_back(public_id=workshop.round_id, piece_id=piece, why=" ", by=BY, now=NOW)
        take_back(public_id=workshop.round_id, piece_id=piece, why="The wrong programme.", by=BY, now=NOW)
        assert open_round(workshop.officer, workshop.round_id, now=NOW).state.item("P1.E1").state is State.IN_PLACE
        held = find_round(workshop.officer, workshop.round_id)
        assert [each.why for each in taken_back_from(held, "P1.E1")] == ["The wrong programme."]
        with pytest.raises(EntryUnknown):
            take_back(public_id=workshop.round_id, piece_id=piece, why="Again.", by=BY, now=NOW)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": ""}, "title"), ({"owner": " "}, "owner"), ({"as_of": date(2026, 11, 25)}, "as_of"),
            ({"expires_on": date(2026, 10, 1)}, "expires_on"), ({"expires_on": date(2029, 10, 2)}, "expires_on"),
            ({"address": "javascript:alert(1)"}, "address"), ({"address": "https://a b"}, "address"),
            ({"address": "https://user@example.org/"}, "address"), ({"address": "https://[::1"}, "address"),
            ({"kind": PieceKind.FILE, "digest": "abc"}, "digest"), ({"value": Decimal("NaN"), "unit": "x"}, "value"),
            ({"value": Decimal(1)}, "unit"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_kept_is_named(self, workshop: Workshop, change: dict[str, object], field: str) -> None:
        with pytest.raises(FieldRefused) as caught:
            add_piece(
                public_id=workshop.round_id,
                item_id="P1.E1",
                new=replace(LINK, **change),
                by=BY,
                now=NOW,  # type: ignore[arg-type]
            )
        assert caught.value.field == field
        assert not HeldPiece.objects.exists()

    def test_of_a_file_only_the_digest_is_kept(self, workshop: Workshop) -> None:
        new = replace(LINK, kind=PieceKind.FILE, digest="AB" * 32, address="https://example.org/")
        add_piece(public_id=workshop.round_id, item_id="P1.E1", new=new, by=BY, now=NOW)
        row = HeldPiece.objects.get()
        assert (row.digest, row.address) == ("ab" * 32, "")

    def test_a_settled_round_takes_no_more(self, reviewed: Workshop) -> None:
        settle(reviewed, P1_E2=State.PARTIAL)
        with pytest.raises(StepRefused):
            add_piece(public_id=reviewed.round_id, item_id="P1.E1", new=LINK, by=BY, now=NOW)


class TestPublished:
    def test_only_what_is_published_is_public(self, reviewed: Workshop) -> None:
        settle(reviewed, P1_E2=State.PARTIAL)
        reviewed.step(RoundStep.KEEP_PRIVATE)
        assert latest_levels(now=NOW) is None
        assert list_published() == ()
        with pytest.raises(EntryUnknown):
            open_published(reviewed.round_id, now=NOW)
        reviewed.step(RoundStep.PUBLISH)
        levels = latest_levels(now=NOW)
        assert levels is not None
        assert (levels.held_on, levels.published_on) == (date(2026, 11, 1), NOW.date())
        assert [each.area_id for each in levels.areas] == list("PCVIMS")
        assert levels.areas[0].counts[Standing.STARTED] == 1
        assert sum(sum(each.counts.values()) for each in levels.areas) == 21

    def test_it_stays_as_on_the_day_of_agreement_and_shows_what_has_expired_since(self, reviewed: Workshop) -> None:
        add_piece(public_id=reviewed.round_id, item_id="P1.E1", new=LINK, by=BY, now=NOW)
        settle(reviewed, P1_E2=State.PARTIAL)
        reviewed.step(RoundStep.PUBLISH)
        later = NOW + timedelta(days=400)
        assert open_published(reviewed.round_id, now=later).item("P1.E1").state is State.EVIDENCED
        assert open_published_today(reviewed.round_id, now=later).item("P1.E1").state is State.IN_PLACE

    def test_a_round_is_compared_with_settled_ones_before_it(self, reviewed: Workshop) -> None:
        settle(reviewed, P1_E2=State.PARTIAL)
        new = NewRound(title="Next", held_on=date(2026, 11, 20))
        later = find_round(reviewed.officer, make_round(new=new, by=BY, now=NOW))
        assert [each.public_id for each in earlier_rounds(reviewed.officer, later)] == [reviewed.round_id]
        assert earlier_rounds(reviewed.officer, find_round(reviewed.officer, reviewed.round_id)) == ()
