"""Rows that nobody may change or delete: a migration names the model, and the database itself refuses from then on."""

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

FUNCTION = "leeward_refuse_change"


class DatabaseUnsupported(Exception):
    """Rows can be protected on SQLite and PostgreSQL only."""


class Triggers(Operation):
    """What the database refuses by itself of a model's rows: a trigger for each of `verbs`."""

    reversible = True
    model_name: str
    verbs: tuple[str, ...]

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: Django's models know no triggers."""

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

    def _verbs(self, vendor: str) -> tuple[str, ...]:
        return tuple(verb for verb in self.verbs if verb != "TRUNCATE" or vendor == "postgresql")


class AppendOnly(Triggers):
    """Make the database refuse `verbs` on a model's rows, with `refusal` as its words; SQLite knows no TRUNCATE.

    A later migration that changes such a table's columns names it again: SQLite makes the table anew, without triggers.
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
        self.database_backwards(app_label, schema_editor, _from, to_state)
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

    def describe(self) -> str:
        """What the list of a migration's steps says."""
        return f"Let nobody change rows of {self.model_name}"

    def _condition(self, model: type[models.Model], vendor: str) -> str:
        """When an UPDATE is refused: always, or by `final_once` and `until_then`."""
        if not self.final_once:
            return ""
        differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
        columns = [field.column for field in model._meta.concrete_fields]  # noqa: SLF001  # as above
        kept = [column for column in columns if self.until_then and column not in self.until_then]
        refused = [f'OLD."{self.final_once}" IS NOT NULL', *(f'OLD."{name}" {differs} NEW."{name}"' for name in kept)]
        return f"WHEN ({' OR '.join(refused)})"


class Lifted(AppendOnly):
    """Take a refusal away until the AppendOnly that follows in the same migration.

    Between both stands what alters the table: SQLite makes it anew then, and forgets its triggers.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: ProjectState, to_state: ProjectState
    ) -> None:
        """Remove the triggers."""
        super().database_backwards(app_label, schema_editor, _from, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: ProjectState, to_state: ProjectState
    ) -> None:
        """Install them again."""
        super().database_forwards(app_label, schema_editor, _from, to_state)

    def describe(self) -> str:
        """What the list of a migration's steps says."""
        return f"Let rows of {self.model_name} be written while their table is altered"


class FrozenWith(Triggers):
    """Make a model's rows as final as the row that they are parts of.

    `parent` names their foreign key; once the parent's column `final` is filled, no part can be added or deleted. A
    part is never changed, finished or not.
    """

    verbs = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")

    def __init__(self, model_name: str, refusal: str, *, parent: str, final: str) -> None:
        self.model_name, self.refusal, self.parent, self.final = model_name, refusal, parent, final

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: ProjectState, to_state: ProjectState
    ) -> None:
        """Install the triggers, behind those of the parent, which `AppendOnly` installs."""
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        if is_postgresql:
            schema_editor.execute(PART_FUNCTION, params=None)
        model = to_state.apps.get_model(app_label, self.model_name)
        meta, field = model._meta, model._meta.get_field(self.parent)  # noqa: SLF001  # Django's documented interface
        above = field.related_model._meta.db_table  # noqa: SLF001  # as above
        for verb in self.verbs if is_postgresql else self.verbs[:3]:
            each, row = "STATEMENT" if verb == "TRUNCATE" else "ROW", "OLD" if verb == "DELETE" else "NEW"
            is_asked = verb in ("INSERT", "DELETE")
            asked = f'SELECT "{self.final}" FROM {above} WHERE id = {row}."{field.column}"'  # noqa: S608  # our own table
            when = f"WHEN (({asked}) IS NOT NULL)" if is_asked and not is_postgresql else ""
            refuse = f"{FUNCTION}('{self.refusal}')"
            if is_asked:
                refuse = f"{FUNCTION_OF_PARTS}('{self.refusal}', '{above}', '{field.column}', '{self.final}')"
            act = f"EXECUTE FUNCTION {refuse}" if is_postgresql else f"BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
            name = f"{meta.db_table}_no_{verb.lower()}"
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {meta.db_table} FOR EACH {each} {when} {act}"
            )

    def describe(self) -> str:
        """What the list of a migration's steps says."""
        return f"Let rows of {self.model_name} be as final as their {self.parent}"


FUNCTION_OF_PARTS = "leeward_refuse_part"
# The parent is locked meanwhile: whoever makes it final at the same time waits, or was first.
PART_FUNCTION = (  # the names are our own
    f"CREATE OR REPLACE FUNCTION {FUNCTION_OF_PARTS}() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608
    "DECLARE part record; is_final boolean; BEGIN "
    "IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF; "
    "EXECUTE format('SELECT %I IS NOT NULL FROM %I WHERE id = ($1).%I FOR SHARE', "
    "TG_ARGV[3], TG_ARGV[1], TG_ARGV[2]) INTO is_final USING part; "
    "IF is_final THEN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END IF; "
    "RETURN part; END $$"
)


class OnlyUnder(Triggers):
    """Make the database refuse each new row of a model that no row above it allows, and that it is put under another.

    `parent` names the foreign key to that row. It allows while its column `given` is filled and `taken` is empty, from
    its day `since` to its day `until`, where it has one, by the day in the new row's column `on`.
    """

    verbs = ("INSERT",)

    def __init__(
        self, model_name: str, refusal: str, *, parent: str, given: str, taken: str, since: str, until: str, on: str
    ) -> None:
        self.model_name, self.refusal, self.parent = model_name, refusal, parent
        self.given, self.taken, self.since, self.until, self.on = given, taken, since, until, on

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, _from: ProjectState, to_state: ProjectState
    ) -> None:
        """Install the trigger, behind those of `AppendOnly`."""
        meta = to_state.apps.get_model(app_label, self.model_name)._meta  # noqa: SLF001  # Django's documented interface
        field = meta.get_field(self.parent)
        table, above = meta.db_table, field.related_model._meta.db_table  # noqa: SLF001  # as above
        allows = (
            f'EXISTS (SELECT 1 FROM {above} AS above WHERE above.id = NEW."{field.column}" '  # noqa: S608  # our own table
            f'AND above."{self.given}" IS NOT NULL AND above."{self.taken}" IS NULL '
            f'AND above."{self.since}" <= NEW."{self.on}" '
            f'AND (above."{self.until}" IS NULL OR above."{self.until}" >= NEW."{self.on}"))'
        )
        if schema_editor.connection.vendor == "postgresql":
            # The row above is locked meanwhile: whoever takes it away at the same time waits, or was first.
            lock = f'PERFORM 1 FROM {above} WHERE id = NEW."{field.column}" FOR SHARE; '  # our own table
            schema_editor.execute(
                f"CREATE OR REPLACE FUNCTION {table}_only_under() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"{lock}IF NOT {allows} THEN RAISE EXCEPTION '%', TG_ARGV[0] "
                "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
                params=None,
            )
            when, act = "", f"EXECUTE FUNCTION {table}_only_under('{self.refusal}')"
        else:
            when, act = f"WHEN NOT {allows}", f"BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
        schema_editor.execute(f"CREATE TRIGGER {table}_no_insert BEFORE INSERT ON {table} FOR EACH ROW {when} {act}")

    def describe(self) -> str:
        """What the list of a migration's steps says."""
        return f"Let rows of {self.model_name} be made only under a {self.parent} that is in force"
