"""Rotation forgets no column: what may be sealed to a worker is declared on the field, registered, and nowhere else."""

import ast
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from leeward.foundation.vault import service_boxes
from leeward.foundation.vault.checks import check_service_boxes
from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Service
from leeward.foundation.vault.rules.texts import generation_of, is_sealed, read_box, service_of, write_service_box

ROOT = Path(__file__).parents[3]
# Who asks for a worker's public key to seal to it, and the columns in which what they seal is kept.
SEALERS = {
    "leeward/foundation/outbox/operations/posting.py": ("outbox.Parcel.sealed",),
    "leeward/foundation/surveys/operations/urns.py": ("surveys.Box.sealed", "surveys.WaveFile.sealed"),
    "leeward/justice/training/operations/rosters.py": ("training.Learner.mailbox",),
    "leeward/victim/file/operations/news.py": ("file.SafeWay.sealed",),
    "leeward/victim/network/operations/letters.py": ("network.Member.mailbox", "network.WarningPlan.mailbox"),
    # It grants what sleeps to the forwarder, and keeps no box.
    "leeward/victim/network/operations/referrals.py": (),
    "leeward/victim/removals/operations/picture_watches.py": ("removals.PictureWatch.link",),
    "leeward/victim/removals/operations/reports.py": ("removals.Request.watch",),
}
# These two hold wraps and not boxes; rotation moves all rows of both that name the worker.
WRAPS = {"vault.Grant.wrapped"}


def test_every_column_that_may_be_sealed_to_a_worker_is_known_to_rotation() -> None:
    declared = dict(service_boxes.declared_columns())
    assert declared == {
        "outbox.Parcel.sealed": Service.COURIER,
        "file.SafeWay.sealed": Service.NOTIFIER,
        "network.Member.mailbox": Service.FORWARDER,
        "network.WarningPlan.mailbox": Service.FORWARDER,
        "removals.PictureWatch.link": Service.MONITOR,
        "removals.Request.watch": Service.MONITOR,
        "surveys.Box.sealed": Service.TELLER,
        "surveys.WaveFile.sealed": Service.TELLER,
        "training.Learner.mailbox": Service.NOTIFIER,
    }
    assert {boxes.name: boxes.service for boxes in service_boxes.all_boxes()} == declared
    assert service_boxes.unknown_columns() == ()


def test_whoever_seals_to_a_worker_keeps_it_in_such_a_column() -> None:
    """Outside the vault only these modules ask for a worker's public key, by any name."""
    asking = set()
    for path in (ROOT / "leeward").rglob("*.py"):
        name = str(path.relative_to(ROOT))
        text = path.read_text(encoding="utf-8")
        if name.startswith("leeward/foundation/vault/") or "service_grantee" not in text:
            continue  # to read it as Python takes a hundred times as long
        if "service_grantee" in {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}:
            asking.add(name)
    assert asking == SEALERS.keys()
    assert {column for columns in SEALERS.values() for column in columns} == set(dict(service_boxes.declared_columns()))


def test_every_table_that_names_a_worker_as_grantee_is_moved() -> None:
    named = {
        f"{model._meta.label}.wrapped"
        for model in apps.get_models()
        if {"grantee_kind", "wrapped"} <= {field.name for field in model._meta.local_fields}
    }
    assert named == WRAPS


def test_a_column_that_nobody_registered_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> list[Any]:
        return list(check_service_boxes())

    assert found() == []
    with monkeypatch.context() as patch:
        patch.delitem(service_boxes._columns, "removals.watch")
        (message,) = found()
        assert "removals.Request.watch" in message.msg
    wrong = service_boxes.ServiceBoxes(
        service=Service.NOTIFIER,
        rows=apps.get_model("removals.Request").objects.all,
        column="watch",
        place_of=lambda _row: "",
    )
    with monkeypatch.context() as patch:  # registered, but as another worker's
        patch.setitem(service_boxes._columns, "removals.watch", wrong)
        assert len(found()) == 1


def test_sealed_columns_are_told_apart_by_their_declaration() -> None:
    columns = [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedField) and field.service is None
    ]
    assert len(columns) > 5
    box = write_service_box(b"x" * 400, service="courier", generation=2)
    for column in columns:
        with pytest.raises(ValueError, match="worker"):
            column.get_prep_value(box)


def test_a_box_names_its_key_and_nothing_else() -> None:
    box = write_service_box(b"x" * 400, service="courier", generation=12)
    assert box.startswith("lws1.courier.12.")
    assert is_sealed(box)
    assert (service_of(box), generation_of(box), read_box(box)) == (Service.COURIER, 12, b"x" * 400)
    for other in ("lwb1.AAAA", "lw1.3.AAAA", "lws1.courier.0.AAAA", "lws1.courier.AAAA", ""):
        assert service_of(other) is None
        assert generation_of(other) == 1
    assert service_of(box.replace("courier", "nobody")) is None
    for broken in ("lws1.courier.1.", "lws1.courier.01.AAAA", "lws1.Courier.1.AAAA", "lws1.courier.1.A"):
        assert not is_sealed(broken)
