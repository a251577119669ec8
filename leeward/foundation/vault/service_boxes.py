"""The columns that are sealed to workers' keys. Apps register their columns here, and rotation reads the list."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.apps import apps
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from leeward.foundation.vault.fields import SealedField
from leeward.foundation.vault.rules.grants import Service


@dataclass(frozen=True, kw_only=True)
class ServiceBoxes:
    """One column that holds boxes for one worker.

    `rows` gives all rows of its table, `place_of` the place to which the box of a row is bound.
    """

    service: Service
    rows: Callable[[], QuerySet[Any]]
    column: str
    place_of: Callable[[Any], str]

    @property
    def name(self) -> str:
        """The column as the database's own documents call it."""
        return f"{self.rows().model._meta.label}.{self.column}"  # noqa: SLF001 - Django's public name for it


_columns: dict[str, ServiceBoxes | str] = {}


def register(name: str, boxes: ServiceBoxes | str) -> None:
    """Let an app's column be known: boxes, or where they are found once everything is loaded.

    The same name again takes the place of the first.
    """
    _columns[name] = boxes


def all_boxes() -> tuple[ServiceBoxes, ...]:
    """Every column that holds boxes for a worker, in the order of their apps' names."""
    return tuple(_found(_columns[name]) for name in sorted(_columns))


def boxes_of(service: Service) -> tuple[ServiceBoxes, ...]:
    """Every column that holds boxes for this worker."""
    return tuple(boxes for boxes in all_boxes() if boxes.service is service)


def declared_columns() -> Iterator[tuple[str, Service]]:
    """Every column of a model that takes boxes for a worker, known to rotation or not."""
    for model in apps.get_models():
        for field in model._meta.local_fields:  # noqa: SLF001 - as above
            if isinstance(field, SealedField) and field.service is not None:
                yield f"{model._meta.label}.{field.name}", field.service  # noqa: SLF001


def unknown_columns() -> tuple[str, ...]:
    """Columns that take boxes for a worker and that rotation would forget, or that it takes for another worker's."""
    known = {(boxes.name, boxes.service) for boxes in all_boxes()}
    return tuple(name for name, service in declared_columns() if (name, service) not in known)


def _found(boxes: ServiceBoxes | str) -> ServiceBoxes:
    return cast("ServiceBoxes", import_string(boxes)) if isinstance(boxes, str) else boxes
