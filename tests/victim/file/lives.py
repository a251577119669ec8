"""As the world of keys, with all that her pages tell of: services, a locker, answers, pictures, orders, endings."""

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from leeward.foundation.vault.operations import ServiceKeys
from leeward.foundation.vault.rules.grants import Keyring
from leeward.industry.bank.operations import (
    acknowledge_through_sequence,
    draw_page,
    expire_submissions,
    publish_pending,
    record_answers,
    suspend_stale_platforms,
    verify_hash,
    withdraw_hash,
)
from leeward.industry.bank.rules import Door, FeedbackValue, FeedPosition, NewAnswer
from leeward.industry.platforms.queries import find_partner
from leeward.industry.platforms.rules import Partner
from leeward.justice.courts.models import Order
from leeward.justice.courts.operations.retention import end_orders
from leeward.justice.courts.operations.serving import note_happening
from leeward.justice.courts.operations.turning import resume_order, revoke_order, stay_order
from leeward.justice.courts.queries.orders import read_order
from leeward.justice.courts.rules.numbers import write_number
from leeward.justice.courts.rules.terms import Happening, OrderState
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
from leeward.victim.portal.operations import (
    erase_all,
    hold,
    make_add_token,
    renew_pictures,
    send_more,
    withdraw_all,
    withdraw_one,
)
from leeward.victim.removals.models import Request
from leeward.victim.removals.operations.answers import decide
from leeward.victim.removals.operations.reports import open_report
from leeward.victim.removals.operations.reports import write_message as write_to_desk
from tests.industry.conftest import pdq, picture
from tests.justice.courts.conftest import Hall
from tests.victim.file.people import Teller
from tests.victim.file.reading import Pages
from tests.victim.file.world import REMOVED_WITH_WORDS, World
from tests.victim.helpline.conftest import OPERATOR, PERSON
from tests.victim.locker.keeper import Keeper
from tests.victim.network.conftest import BY_CODE, Body, drafted, ring
from tests.victim.removals.conftest import Company

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
    # The platforms that draw the list, the court, and its orders with the slip of each.
    sites: tuple[Company, ...] = ()
    hall: Hall | None = None
    orders: list[tuple[str, str]] = field(default_factory=list)

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

    def acts_outside(self) -> list[Callable[[Teller], None]]:
        """What becomes of pictures that are protected, and of what a court ordered."""
        return [
            self.protect, self.protect, self.protect, self.fetch, self.fetch, self.fetch, self.site_says,
            self.site_says, self.site_says, self.site_says, self.unprotect, self.unprotect_all, self.renew,
            self.sweep_pictures, self.take_out, self.wait, self.wait, self.wait, self.erase,
            self.order_removal, self.type_slip, self.turn_order, self.turn_order, self.over, self.sweep_orders,
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
            "/status/pictures", "/status/part/links", "/status/part/people", "/status/part/notes", "/status/who",
            "/status/talk", "/status/messages", "/status/others", "/status/kept",
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

    # --- pictures that are protected ---

    def protect(self, her: Teller) -> None:
        """Add one of few pictures, which others have too; where it is the first one it may be old already."""
        bearer = self.pages[her.file].bearer
        number, quality = self.random.choice([(1, 90), (2, 90), (3, 90), (4, 10)])
        made = picture(f"of all/{number}", variants=("upright", "rot90"), quality=quality)
        old = self.now - timedelta(days=self.random.choice([0, 728, 729])) if bearer.submission is None else self.now
        send_more(bearer=bearer, token=make_add_token(bearer=bearer, now=old).token, pictures=[made], now=old)

    def _site(self) -> Partner:
        return find_partner(self.random.choice(self.sites).partner.public_id)

    def fetch(self, _her: Teller) -> None:
        """A platform reads the list, and says or does not say that it has dropped what was withdrawn."""
        site, begins = self._site(), FeedPosition()
        publish_pending(now=self.now)
        page = draw_page(partner=site, door=Door.MODERN, position=begins, limit=2_000, level=3, now=self.now)
        if self.random.random() < 0.6:
            acknowledge_through_sequence(partner=site, sequence=page.through.sequence, now=self.now)

    def site_says(self, _her: Teller) -> None:
        """A platform says something of a picture, or of one of its forms alone."""
        number, said = self.random.choice([1, 2, 3]), self.random.choice(sorted(FeedbackValue))
        forms = self.random.choice([["upright"], ["rot90"], ["upright", "rot90"], ["upright", "rot90"]])
        answers = [NewAnswer(value=pdq(f"of all/{number}/{form}"), answer=said) for form in forms]
        record_answers(partner=self._site(), answers=answers, now=self.now)

    def unprotect(self, her: Teller) -> None:
        bearer = self.pages[her.file].bearer
        withdraw_one(bearer=bearer, ordinal=self.random.choice([1, 1, 2]), now=self.now)

    def unprotect_all(self, her: Teller) -> None:
        if self.random.random() < 0.2:
            withdraw_all(bearer=self.pages[her.file].bearer, now=self.now)

    def renew(self, her: Teller) -> None:
        renew_pictures(bearer=self.pages[her.file].bearer, now=self.now)

    def sweep_pictures(self, _her: Teller) -> None:
        expire_submissions(now=self.now)
        suspend_stale_platforms(now=self.now)

    def take_out(self, _her: Teller) -> None:
        """A practitioner takes a picture out of the list, or lets its upright form in again."""
        does, variants = self.random.choice([(withdraw_hash, ("upright", "rot90")), (verify_hash, ("upright",))])
        for variant in variants:
            does(value=pdq(f"of all/3/{variant}"), reason="Looked.", by=OPERATOR, now=self.now)

    # --- a court's orders ---

    def order_removal(self, _her: Teller) -> None:
        """The court orders something removed; now and then the order takes the place of another."""
        if self.hall is None or len(self.orders) > 3:
            return
        follows = self.random.choice([number for number, _slip in self.orders] or [""])
        follows = follows if self.random.random() < 0.3 else ""
        clerk, file_number = self.hall.clerk, f"K {len(self.orders)}/2026"
        number = self.hall.record(file_number=file_number, issued_on=self.now.date(), follows=follows, now=self.now)
        found = read_order(clerk.user, number, keyring=clerk.keyring, by=clerk.by, now=self.now)
        self.orders.append((number, write_number(found.slip)))

    def type_slip(self, her: Teller) -> None:
        if self.orders:
            slip = self.random.choice(self.orders)[1]
            self.pages[her.file].send("/status/order", now=self.now, slip=slip)

    def turn_order(self, _her: Teller) -> None:
        """The court stays an order, ends a stay, or revokes an order."""
        if self.hall is None or not self.orders:
            return
        does = {"number": self.random.choice(self.orders)[0], "by": self.hall.clerk.by, "now": self.now}
        if self.random.random() < 0.3:
            revoke_order(words="Dropped.", **does)
        elif Order.objects.get(number=does["number"]).state is OrderState.STAYED:
            resume_order(**does)
        else:
            stay_order(**does)

    def over(self, _her: Teller) -> None:
        """The court says that what one order asks is over."""
        if self.hall is not None and self.orders:
            number, by = self.random.choice(self.orders)[0], self.hall.officer.by
            note_happening(number=number, ordinal=1, kind=Happening.ENDED, at=self.now, by=by, now=self.now)

    def sweep_orders(self, _her: Teller) -> None:
        end_orders(now=self.now, limit=10)

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
