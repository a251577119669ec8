"""Rows of which an open file seals columns."""

import uuid
from typing import Any

from django.db import models

from leeward.foundation.vault.operations import OpenFile
from leeward.foundation.vault.rules.grants import Compartment


class Boxed(models.Model):
    """A row of which a file seals columns: what stands in one opens for this row and this column alone."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True

    @property
    def root(self) -> uuid.UUID:
        """The reference under which its columns are sealed."""
        return self.reference

    @classmethod
    def box(cls, file: OpenFile, column: str, reference: uuid.UUID, text: str) -> str:
        """A text sealed for a column of the row of this reference. Raises the vault's NotGranted."""
        return file.seal(text, compartment=cls.compartment_of(column), place=cls.place_of(column, reference))

    def unbox(self, file: OpenFile, column: str) -> str:
        """What a column says; "" where it is empty. Raises the vault's NotGranted where the file does not open it."""
        sealed, place = getattr(self, column), self.place_of(column, self.root)
        return file.unseal(sealed, compartment=self.compartment_of(column), place=place) if sealed else ""

    def peek(self, file: OpenFile | None, column: str) -> str:
        """The same for whoever may see only a part: "" too where the file does not open it."""
        if file is None or self.compartment_of(column) not in file.compartments:
            return ""
        return self.unbox(file, column)

    @classmethod
    def compartment_of(cls, column: str) -> Compartment:
        """Of which compartment a column is."""
        field: Any = cls._meta.get_field(column)
        return Compartment(field.compartment)

    @classmethod
    def place_of(cls, column: str, reference: uuid.UUID) -> str:
        """Where a sealed column of the row of this reference belongs."""
        return f"{cls._meta.app_label}.{cls._meta.model_name}.{column}|{reference}"
