"""What goes when: who is ordered, at an order's end; the order itself two years later. A line in the trail stays."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from leeward.foundation.audit.rules import Actor
from leeward.foundation.days import local_day
from leeward.foundation.holds.queries import held_records, is_held
from leeward.foundation.vault.operations import destroy_file
from leeward.justice.courts.models import Order, PastOrder, Target, TargetEvent
from leeward.justice.courts.operations.events import locked_order
from leeward.justice.courts.operations.hashes import end_hashes, forget_hashes
from leeward.justice.courts.operations.turning import STANDING
from leeward.justice.courts.operations.verbs import CourtVerb, note
from leeward.justice.courts.rules.targets import ENDINGS, OVER
from leeward.justice.courts.rules.terms import OrderState
from leeward.victim.removals.operations.mandates import end_mandate, forget_mandate

HELD = "order"  # as the kind of record that a legal hold keeps
# In this time a line that ended an order by mistake can be taken back.
RESTS = timedelta(days=1)
KEPT = timedelta(days=730)


def end_orders(*, now: datetime, limit: int) -> int:
    """Note the end of orders of which everything is over, and destroy who was ordered; returns how many.

    An order ends with the last of what it asks: revoked, varied, or ended. Its mandate ends with it. Safe to repeat.
    """
    is_open = Exists(Target.objects.filter(order=OuterRef("pk")).exclude(state__in=OVER))
    rows = Order.objects.filter(~is_open, ended_at__isnull=True).order_by("pk")
    ended = 0
    for number in list(rows.values_list("number", flat=True)[:limit]):
        with transaction.atomic():
            row = locked_order(number)
            events = TargetEvent.objects.filter(target__order=row, kind__in=[each.value for each in ENDINGS])
            last = events.aggregate(last=Max("noted_at"))["last"] or row.recorded_at
            if last + RESTS > now:
                continue
            if row.state in STANDING:
                row.state = OrderState.ENDED
                end_mandate(order_number=number, by=Actor.system(), now=now)
            end_hashes(row, by=Actor.system(), now=now)
            row.ended_at = last
            if not is_held(HELD, number, now=now):
                row.contact = row.slip = ""
            row.save(update_fields=["state", "ended_at", "contact", "slip"])
            note(CourtVerb.ENDED, number, by=Actor.system(), now=now)
            ended += 1
    return ended


def forget_ordered(*, now: datetime, limit: int) -> int:
    """Destroy who was ordered, of orders that ended while a hold kept that; returns how many. Safe to repeat."""
    rows = Order.objects.filter(~Q(contact="", slip=""), ended_at__isnull=False)
    due = rows.exclude(number__in=held_records(HELD, now=now)).order_by("ended_at", "pk")
    found = list(due.values_list("number", flat=True)[:limit])
    for number in found:
        with transaction.atomic():
            row = locked_order(number)
            row.contact = row.slip = ""
            row.save(update_fields=["contact", "slip"])
            note(CourtVerb.ORDERED_FORGOTTEN, number, by=Actor.system(), now=now)
    return len(found)


def forget_orders(*, now: datetime, limit: int) -> int:
    """Delete orders two years after their end, keys first; returns how many. Their lines in the trail stay."""
    rows = Order.objects.filter(ended_at__lte=now - KEPT).exclude(number__in=held_records(HELD, now=now))
    rows = rows.order_by("ended_at", "pk")
    found = list(rows.values_list("number", flat=True)[:limit])
    for number in found:
        with transaction.atomic():
            row = locked_order(number)
            for reference in [row.reference, *row.targets.values_list("reference", flat=True)]:
                destroy_file(file=reference, by=Actor.system(), now=now)
            forget_hashes(row, by=Actor.system(), now=now)
            forget_mandate(order_number=number)
            Order.objects.filter(follows=row).update(follows=None)
            PastOrder.objects.get_or_create(
                number=number, defaults={"state": row.state, "ended_on": local_day(row.ended_at or now)}
            )
            note(CourtVerb.FORGOTTEN, number, by=Actor.system(), now=now, targets=row.targets.count())
            row.delete()
    return len(found)
