"""Every model whose rows a migration protects is protected still after all migrations."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from leeward.foundation.audit.append_only import AppendOnly
from tests.protected_rows import triggers

pytestmark = pytest.mark.postgresql


@pytest.mark.django_db
def test_what_migrations_protect_is_protected_after_the_last_one() -> None:
    """SQLite forgets a table's triggers where a later migration makes the table anew."""
    loader = MigrationLoader(connection)
    expected = {
        f"{loader.project_state((app, name)).apps.get_model(app, step.model_name)._meta.db_table}_no_{verb.lower()}"
        for (app, name), migration in loader.disk_migrations.items()
        for step in migration.operations
        if isinstance(step, AppendOnly)
        for verb in step.verbs
        if verb != "TRUNCATE" or connection.vendor == "postgresql"
    }
    assert len(expected) >= 16
    assert set(triggers()) == expected
