"""A worker's key is exchanged: what was sealed to the monitor and the notifier opens by the new one."""

import uuid

import pytest
from django.apps import apps
from django.db import models

from leeward.foundation.outbox.models import Parcel
from leeward.foundation.outbox.operations import post_parcel, sending
from leeward.foundation.outbox.rules.parcels import EmailContent, ParcelKind, unpack_content
from leeward.foundation.vault import service_boxes
from leeward.foundation.vault.errors import SealBroken
from leeward.foundation.vault.operations import (
    Resealed,
    open_sealed,
    open_service,
    reseal_service,
    retire_service_keys,
    rotate_service,
)
from leeward.foundation.vault.rules.grants import Service
from leeward.foundation.vault.rules.texts import SERVICE_BOX_PREFIX
from leeward.victim.file.operations.news import safe_place
from leeward.victim.file.rules.news import SafeAddress
from leeward.victim.removals.models import PictureWatch, Request, place
from leeward.victim.removals.operations.checks import check_due
from leeward.victim.removals.operations.matches import look_at_watch
from leeward.victim.removals.operations.reports import add_items, watch_place
from leeward.victim.removals.rules.matches import PictureLink
from leeward.victim.removals.rules.reports import Item
from tests.victim.removals.conftest import NOW, OPERATOR, Company, Worker, told
from tests.victim.removals.news_people import HERS, told_by_mail, way_of
from tests.victim.removals.returning import BACK, GONE, URL, child_of, gone, saw
from tests.victim.removals.watching import watched as watched_pictures

MONITOR = Service.MONITOR


def exchange() -> Resealed:
    rotate_service(service=MONITOR, by=OPERATOR, now=NOW)
    done = reseal_service(service=MONITOR, by=OPERATOR, now=NOW)
    retire_service_keys(service=MONITOR, by=OPERATOR, now=NOW)
    return done


def watched() -> dict[int, str]:
    monitor = open_service(MONITOR)
    rows = Request.objects.exclude(watch="").order_by("id")
    return {row.pk: open_sealed(monitor, row.watch, place=watch_place(row)) for row in rows}


def test_addresses_that_came_back_open_as_their_first_ones_did(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    root = gone(filed, robin, chatter.side)
    other = told("https://chatter.example/v/9")
    saw(root, BACK, robin, days=8)
    child = child_of(root)
    before = watched()
    assert set(before.values()) == {URL, "https://chatter.example/v/9"}
    assert before[child.pk] == URL
    assert exchange() == Resealed(moved=2, damaged=0, left=0)
    assert watched() == before
    starts = {row.watch.rpartition(".")[0] for row in Request.objects.exclude(watch="")}
    assert starts == {"lws1.monitor.2"}
    add_items(opened=other.open(), items=[Item(url="https://chatter.example/v/10")], by=OPERATOR, now=NOW)
    assert "https://chatter.example/v/10" in watched().values()
    # What returns after the exchange begins with its sister's box: sealed to the new key, bound to the root's place.
    saw(child, GONE, robin, days=9)
    saw(child, BACK, robin, days=20)
    again = Request.objects.filter(parent__followed_as=root.reference, closed_at__isnull=True).exclude(watch="").get()
    assert watched()[again.pk] == URL
    assert exchange().damaged == 0
    assert watched()[again.pk] == URL


def test_what_joins_her_pictures_to_her_report_moves_too(robin: Worker, chatter: Company) -> None:
    filed = told(URL)
    submission = watched_pictures(filed)
    assert exchange() == Resealed(moved=2, damaged=0, left=0)
    (watch,) = PictureWatch.objects.all()
    assert watch.link.startswith("lws1.monitor.2.")
    link = open_sealed(open_service(MONITOR), watch.link, place=place("picture-watch", "link", filed.reference))
    assert PictureLink.from_text(link).submission == submission


def test_a_safe_address_moves_to_the_notifiers_new_key(house: None) -> None:
    filed = told_by_mail()
    rotate_service(service=Service.NOTIFIER, by=OPERATOR, now=NOW)
    moved = reseal_service(service=Service.NOTIFIER, by=OPERATOR, now=NOW)
    retire_service_keys(service=Service.NOTIFIER, by=OPERATOR, now=NOW)
    assert moved == Resealed(moved=1, damaged=0, left=0)
    row = way_of(filed)
    assert row is not None
    assert row.sealed.startswith("lws1.notifier.2.")
    opened = open_sealed(open_service(Service.NOTIFIER), row.sealed, place=safe_place(row))
    assert SafeAddress.from_text(opened).address == HERS


def test_a_monitor_that_runs_needs_no_restart(robin: Worker, chatter: Company) -> None:
    told("https://chatter.example/v/1")
    monitor = open_service(MONITOR)
    exchange()
    Request.objects.update(next_check_at=None)
    told("https://chatter.example/v/2")
    for row in Request.objects.all():
        assert open_sealed(monitor, row.watch, place=watch_place(row)).startswith("https://chatter.example/v/")
    assert check_due(now=NOW, limit=10, monitor=monitor) == 0


def test_a_look_that_was_overtaken_by_a_new_key_forgets_nothing(robin: Worker, chatter: Company) -> None:
    """The rows were read, then the key was exchanged and the old one retired, and only then are they opened."""
    filed = told(URL)
    watched_pictures(filed)
    watch = PictureWatch.objects.select_related("report").get()
    exchange()
    look_at_watch(watch, monitor=open_service(MONITOR), now=NOW)
    assert PictureWatch.objects.filter(pk=watch.pk).exists()


def test_a_parcel_that_was_claimed_before_a_new_key_is_sent_all_the_same(house: None) -> None:
    content = EmailContent(to="a@mail.example", subject="One", text="Two", reply_to="b@mail.example")
    post_parcel(parcel=uuid.uuid4(), kind=ParcelKind.EMAIL, content=content, due_at=NOW, by=OPERATOR, now=NOW)
    claimed = Parcel.objects.get()
    rotate_service(service=Service.COURIER, by=OPERATOR, now=NOW)
    reseal_service(service=Service.COURIER, by=OPERATOR, now=NOW)
    retire_service_keys(service=Service.COURIER, by=OPERATOR, now=NOW)
    opened = sending._open(claimed, courier=open_service(Service.COURIER))
    assert unpack_content(opened, kind=ParcelKind.EMAIL) == content
    Parcel.objects.update(sealed=claimed.sealed)
    with pytest.raises(SealBroken):
        sending._open(claimed, courier=open_service(Service.COURIER))


def test_nothing_in_the_database_is_sealed_to_a_worker_but_what_rotation_knows(robin: Worker, chatter: Company) -> None:
    """Looked for in every column of every table, after the desk, the platform and the monitor had their turn."""
    saw(gone(told(URL), robin, chatter.side), BACK, robin, days=8)
    found = set()
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.BinaryField):
                values = (bytes(value or b"").decode("latin-1") for value in _values(model, field))
            else:
                values = map(str, _values(model, field))
            if any(f"{SERVICE_BOX_PREFIX}." in value for value in values):
                found.add(f"{model._meta.label}.{field.name}")
    assert "removals.Request.watch" in found  # the search does see what is sealed
    assert found <= {boxes.name for boxes in service_boxes.all_boxes()}


def _values(model: type[models.Model], field: models.Field) -> models.QuerySet:  # type: ignore[type-arg]
    return model._default_manager.values_list(field.name, flat=True)
