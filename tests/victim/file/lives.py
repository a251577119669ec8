"""As the world of keys, with services that are asked, a locker, answers and endings: whatever her pages tell of."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from leeward.foundation.vault.operations import ServiceKeys
from leeward.foundation.vault.rules.grants import Keyring
from leeward.victim.file.models import File
from leeward.victim.file.rules.threads import Side
from leeward.victim.helpline.models import Case, Complaint, Help
from leeward.victim.helpline.operations.cases import open_case, write_message
from leeward.victim.helpline.operations.complaints import answer_wrong
from leeward.victim.helpline.operations.desk import close_case, end_help, watch_case
from leeward.victim.helpline.operations.plans import suggest_change
from leeward.victim.helpline.rules.helps import HelpState, Met
from leeward.victim.helpline.rules.opened import OpenCase
from leeward.victim.helpline.rules.plans import Plan, PlanPart
from leeward.victim.locker.models import Item
from leeward.victim.locker.operations.lockers import begin_under_code
from leeward.victim.network.models import Referral, Turn
from leeward.victim.network.operations.forwarding import forward_due
from leeward.victim.network.operations.referrals import agree, withdraw
from leeward.victim.network.operations.turns import accept_turn, ask, decline_turn, finish, start
from leeward.victim.network.rules.turns import DeclineReason, DoneAs, ReferralState, TurnState
from leeward.victim.portal.operations import erase_all, hold
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.operations.reports import open_report
from leeward.victim.removals.operations.reports import write_message as write_to_desk
from tests.victim.file.people import Teller
from tests.victim.file.reading import Pages
from tests.victim.file.world import REMOVED_WITH_WORDS, World
from tests.victim.helpline.conftest import PERSON
from tests.victim.locker.keeper import Keeper
from tests.victim.network.conftest import BY_CODE, Body, drafted, ring

DECLINES = (decline_turn, {"reason": DeclineReason.NO_ROOM})
DOES: dict[TurnState, list[tuple[Callable[..., Any], dict[str, Any]]]] = {
    TurnState.OFFERED: [(ask, {"words": "When?", "reference": None}), (accept_turn, {}), DECLINES, DECLINES],
    TurnState.ASKED: [DECLINES],
    TurnState.ACCEPTED: [(start, {}), (finish, {"outcome": DoneAs.GOT_IT})],
    TurnState.STARTED: [(finish, {"outcome": DoneAs.GOT_IT})],
}


@dataclass
class Lives(World):
    """People, and all who work for them."""

    bodies: tuple[Body, ...] = ()
    forwarder: ServiceKeys | None = None
    pages: dict[uuid.UUID, Pages] = field(default_factory=dict)
    keepers: dict[uuid.UUID, Keeper] = field(default_factory=dict)
    # The referrals of each, in the order in which they were prepared: a row's own key is drawn by chance.
    asked: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=lambda: defaultdict(list))

    def acts(self) -> list[Callable[[Teller], None]]:
        return [
            self.come, self.report, self.stop, self.write, self.write, self.write, self.ask, self.wait, self.wait,
            self.wait, self.send, self.send, self.open_it, self.erase, self.complain, self.plan, self.stop_desk,
            self.let_in, self.write_desk, self.lend, self.keep_out, self.let_help, self.move,
            self.answer, self.answer, self.answer, self.close, self.watch, self.help_ended, self.answer_wrong,
            self.suggest, self.desk_answers, self.site_answers, self.site_answers, self.keep, self.show, self.hide,
            self.draft, self.draft, self.say_yes, self.say_yes, self.take_back, self.forward,
            self.turn, self.turn, self.turn, self.turn, self.turn, self.turn,
        ]  # fmt: skip

    def begin(self, her: Teller) -> None:
        """Somebody comes, under a code that holds all that they may keep."""
        self.pages[her.file] = pages = Pages(her=her)
        pages.begin(now=self.now)
        self.keepers[her.file] = keeper = Keeper(key=her.key)
        keeper.bearer = begin_under_code(bearer=pages.bearer, now=self.now)
        her.come(now=self.now)

    def report(self, her: Teller) -> None:
        super().report(her)
        hold(bearer=self.pages[her.file].bearer, name="report", reference=her.file)

    def erase(self, her: Teller) -> None:
        if self.random.random() < 0.2:
            erase_all(bearer=self.pages[her.file].bearer, now=self.now)
            assert not File.objects.filter(reference=her.file).exists()
            self.people[self.people.index(her)] = new = Teller()
            self.begin(new)

    def paths(self, her: Teller) -> list[str]:
        referrals = Referral.objects.filter(file__reference=her.file, is_told=True).values_list("reference", flat=True)
        places = Request.objects.filter(report__reference=her.file).values_list("ordinal", flat=True)
        return [
            "/status/pictures", "/status/who", "/status/talk", "/status/messages", "/status/others", "/status/kept",
            "/status/plan", "/status/erase",
            *(f"/status/others/{each}" for each in referrals), *(f"/status/place/{each}" for each in places),
        ]  # fmt: skip

    # --- what the helpline does ---

    def _opened(self, her: Teller) -> tuple[OpenCase, dict[str, Any]]:
        case = Case.objects.get(file__reference=her.file)
        worker = {"helpline": self.sam, "leads": self.lea}[case.team]
        opened = open_case(reference=case.reference, keyring=worker.keyring, by=worker.actor, now=self.now)
        return opened, {"by": worker.actor, "now": self.now}

    def answer(self, her: Teller) -> None:
        opened, by = self._opened(her)
        write_message(opened=opened, words="We are here.", side=Side.TEAM, **by)

    def close(self, her: Teller) -> None:
        opened, by = self._opened(her)
        close_case(opened=opened, **by)

    def watch(self, her: Teller) -> None:
        opened, by = self._opened(her)
        watch_case(opened=opened, review_on=(self.now + timedelta(days=20)).date(), **by)

    def help_ended(self, her: Teller) -> None:
        opened, by = self._opened(her)
        row = Help.objects.filter(case__file__reference=her.file, ended_at=None).order_by("kind").first()
        if row is not None:
            end_help(opened=opened, help_=row.reference, state=HelpState.GIVEN, seen=Met.YES, **by)

    def answer_wrong(self, her: Teller) -> None:
        row = Complaint.objects.filter(file__reference=her.file, answered_at=None).first()
        if row is not None:
            by = {"keyring": self.lea.keyring, "by": self.lea.actor, "now": self.now}
            answer_wrong(reference=row.reference, words="We are sorry.", **by)

    def suggest(self, her: Teller) -> None:
        opened, by = self._opened(her)
        suggest_change(opened=opened, plan=Plan(texts={PlanPart.PEOPLE: str(self.random.random())}), **by)

    # --- what the desk and a site do ---

    def desk_answers(self, her: Teller) -> None:
        opened = open_report(reference=her.file, keyring=self.dee.keyring, by=self.dee.actor, now=self.now)
        write_to_desk(opened=opened, words="Not yet.", side=Side.TEAM, by=self.dee.actor, now=self.now)

    def site_answers(self, her: Teller) -> None:
        asked = list(Request.objects.filter(report__reference=her.file).values_list("reference", flat=True))
        decide(side=self.chatter.side, references=asked, answer=REMOVED_WITH_WORDS, now=self.now)

    # --- a locker ---

    def keep(self, her: Teller) -> None:
        if not self._items(her):
            self.keepers[her.file].add(now=self.now)

    def _items(self, her: Teller) -> list[uuid.UUID]:
        locker = self.pages[her.file].bearer.holds["locker"]
        return list(Item.objects.filter(locker__reference=locker).values_list("reference", flat=True))

    def show(self, her: Teller) -> None:
        keeper = self.keepers[her.file]
        for item in self._items(her):
            keeper.show(item, self.random.choice(["helpline", "desk"]), days=self.random.choice([1, 30]), now=self.now)

    def hide(self, her: Teller) -> None:
        keeper = self.keepers[her.file]
        for item in self._items(her):
            keeper.hide(item, self.random.choice(["helpline", "desk"]), now=self.now)

    # --- services that are asked ---

    def draft(self, her: Teller) -> None:
        if len(self.asked[her.file]) < 4:
            count = self.random.choice([1, 2])
            self._opened(her)
            bodies = self.random.sample(self.bodies, count)
            self.asked[her.file].append(drafted(her, self.sam, bodies, now=self.now))

    def say_yes(self, her: Teller) -> None:
        rows = (Referral.objects.get(reference=each) for each in self.asked[her.file])
        row = next((each for each in rows if each.state is ReferralState.DRAFTED), None)
        if row is not None:
            does = {"keyring": ring(her), "by": PERSON, "now": self.now}
            agree(referral=row.reference, version=row.version, yes=BY_CODE, **does)

    def take_back(self, her: Teller) -> None:
        rows = self.asked[her.file]
        if rows and self.random.random() < 0.5:
            withdraw(referral=self.random.choice(rows), keyring=Keyring(her.key), by=PERSON, now=self.now)

    def forward(self, _her: Teller) -> None:
        forward_due(now=self.now, limit=100, forwarder=self.forwarder)

    def turn(self, her: Teller) -> None:
        """The service whose turn it is does something that it can do now."""
        places = {each: place for place, each in enumerate(self.asked[her.file])}
        found = Turn.objects.filter(referral__reference__in=places, state__in=DOES).select_related("member", "referral")
        rows = sorted(found, key=lambda each: places[each.referral.reference])
        if not rows:
            return
        row = self.random.choice(rows)
        body = next(each for each in self.bodies if each.member == row.member.public_id)
        act, more = self.random.choice(DOES[row.state])
        does = {"turn": row.reference, "keyring": body.worker.keyring, "by": body.worker.actor, "now": self.now}
        act(**does, **more | ({"reference": uuid.uuid4()} if "reference" in more else {}))
