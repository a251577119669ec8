"""A column that takes sealed text only, and never opens it: a page, a log or a shell cannot leak by accident."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models

from leeward.foundation.vault.errors import SealRefused
from leeward.foundation.vault.rules.grants import Compartment, Service
from leeward.foundation.vault.rules.texts import SERVICE_BOX_PREFIX, is_sealed, service_of

if TYPE_CHECKING:  # a field takes its types in the stubs only
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class SealedField(_TextField):
    """Text that was sealed by an open file or to one key. Saving anything else but "" raises SealRefused.

    `service`: the worker whose boxes this column takes. No other column takes them, so that the rotation of a worker's
    key finds all that is sealed to it. It is no part of the table, so migrations do not know it.
    """

    description = "Sealed text"

    def __init__(
        self, *args: Any, compartment: Compartment | str, service: Service | None = None, **kwargs: Any
    ) -> None:
        self.compartment = Compartment(compartment)
        self.service = service
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """For migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "compartment": self.compartment.value}

    def get_prep_value(self, value: Any) -> Any:
        """What goes to the database. The refusal does not repeat what it refuses."""
        prepared = super().get_prep_value(value)
        if isinstance(prepared, str) and prepared != "" and not is_sealed(prepared):
            raise SealRefused(
                f"The field {self.name!r} takes sealed text only. Seal it with an open file: "
                f"opened.seal(text, compartment=Compartment.{self.compartment.name}, place=…)."
            )
        if isinstance(prepared, str) and prepared.startswith(f"{SERVICE_BOX_PREFIX}."):
            self._check_service(prepared)
        return prepared

    def _check_service(self, sealed: str) -> None:
        found = service_of(sealed)
        if found is None or found is not self.service:
            raise SealRefused(
                f"The field {self.name!r} takes no box that is sealed to this worker's key. Declare the worker, "
                "SealedField(…, service=Service.…), and let the vault's rotation know the column: see service_boxes.py."
            )
