"""Rows that nobody may change or delete: a migration names the model, and the database itself refuses from then on."""

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

FUNCTION = "leeward_refuse_change"


class DatabaseUnsupported(Exception):
    """Rows can be protected on SQLite and PostgreSQL only."""


class AppendOnly(Operation):
    """Make the database refuse `verbs` on a model's rows, with `refusal` as its words; SQLite knows no TRUNCATE.

    With `final_once`, a row is final once that column is filled. Until then the columns named in `until_then` may
    change, or all of them if none is named.
    """

    reversible = True

    def __init__(
        self,
        model_name: str,
        refusal: str,
        *,
        verbs: tuple[str, ...] = ("UPDATE", "DELETE"),
        final_once: str = "",
        until_then: tuple[str, ...] = (),
    ) -> None:
        self.model_name, self.refusal, self.verbs = model_name, refusal, verbs
        self.final_once, self.until_then = final_once, until_then

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: Django's models know no triggers."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: ProjectState, to_state: ProjectState
    ) -> None:
        """Install the triggers."""
        vendor = schema_editor.connection.vendor
        if vendor not in {"sqlite", "postgresql"}:
            raise DatabaseUnsupported(
                f"Leeward runs on SQLite and PostgreSQL, not on {schema_editor.connection.display_name}."
            )
        if vendor == "postgresql":
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$",
                params=None,  # so that its percent sign is PostgreSQL's
            )
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table  # noqa: SLF001  # Django's documented interface
        for verb in self._verbs(vendor):
            when = self._condition(model, vendor) if verb == "UPDATE" else ""
            each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} FOR EACH {each} {when} "
                + (
                    f"EXECUTE FUNCTION {FUNCTION}('{self.refusal}')"
                    if vendor == "postgresql"
                    else f"BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
                )
            )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: ProjectState, to_state: ProjectState
    ) -> None:
        """Remove the triggers."""
        vendor = schema_editor.connection.vendor
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table  # noqa: SLF001  # Django's documented interface
        for verb in self._verbs(vendor):
            on = f" ON {table}" if vendor == "postgresql" else ""
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}{on}")

    def describe(self) -> str:
        """What the list of a migration's steps says."""
        return f"Let nobody change rows of {self.model_name}"

    def _verbs(self, vendor: str) -> tuple[str, ...]:
        return tuple(verb for verb in self.verbs if verb != "TRUNCATE" or vendor == "postgresql")

    def _condition(self, model: type[models.Model], vendor: str) -> str:
        """When an UPDATE is refused: always, or by `final_once` and `until_then`."""
        if not self.final_once:
            return ""
        differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
        columns = [field.column for field in model._meta.concrete_fields]  # noqa: SLF001  # as above
        kept = [column for column in columns if self.until_then and column not in self.until_then]
        refused = [f'OLD."{self.final_once}" IS NOT NULL', *(f'OLD."{name}" {differs} NEW."{name}"' for name in kept)]
        return f"WHEN ({' OR '.join(refused)})"
