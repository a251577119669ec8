"""The models whose rows nobody may change are these, and each is still protected after all migrations."""

from contextlib import closing
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from leeward.foundation.audit.append_only import AppendOnly, FrozenWith, Lifted, OnlyUnder
from tests.protected_rows import triggers

pytestmark = pytest.mark.postgresql

# What is refused of each table's rows. A migration that is made anew must name them again.
PROTECTED = {
    "assessment_roundevent": {"UPDATE"},
    "assessment_score": {"UPDATE"},
    "audit_auditevent": {"UPDATE", "DELETE", "TRUNCATE"},
    "courts_targetevent": {"UPDATE"},
    "courts_typeversion": {"UPDATE"},
    "declarations_publishedversion": {"UPDATE"},
    "duties_regimeversion": {"UPDATE"},
    "editing_change": {"UPDATE", "DELETE"},
    "editions_earlysight": {"UPDATE", "DELETE"},
    "editions_edition": {"UPDATE", "DELETE", "TRUNCATE"},
    "editions_editionfile": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "editions_erratum": {"UPDATE", "DELETE"},
    "network_alert": {"UPDATE", "DELETE", "TRUNCATE"},
    "network_alertanswer": {"UPDATE", "DELETE"},
    "notary_checkpoint": {"UPDATE", "DELETE", "TRUNCATE"},
    "notary_checkpointtoken": {"UPDATE", "DELETE", "TRUNCATE"},
    "notary_content": {"UPDATE"},
    "notary_cosignature": {"UPDATE", "DELETE", "TRUNCATE"},
    "notary_fulltile": {"UPDATE", "DELETE", "TRUNCATE"},
    "notary_leaf": {"UPDATE", "DELETE", "TRUNCATE"},
    "notary_logkey": {"UPDATE", "DELETE", "TRUNCATE"},
    "outcomes_code": {"UPDATE"},
    "outcomes_cohort": {"UPDATE", "DELETE"},
    "outcomes_cohortresult": {"UPDATE", "DELETE"},
    "outcomes_count": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
    "outcomes_headermap": {"UPDATE", "DELETE"},
    "outcomes_method": {"UPDATE", "DELETE"},
    "outcomes_printing": {"UPDATE", "DELETE", "TRUNCATE"},
    "pages_filecontent": {"UPDATE"},
    "pages_filewithdrawal": {"UPDATE", "DELETE"},
    "pages_pageedition": {"UPDATE", "DELETE"},
    "pages_pagefile": {"UPDATE", "DELETE"},
    "pages_sheet": {"UPDATE", "DELETE"},
    "pages_stoodon": {"UPDATE", "DELETE"},
    "pages_withdrawal": {"UPDATE", "DELETE"},
    "signing_revocation": {"UPDATE", "DELETE"},
    "signing_signature": {"UPDATE", "DELETE"},
    "signing_signedrecord": {"UPDATE", "DELETE"},
    "signing_signingkey": {"UPDATE", "DELETE"},
    "stamps_stamp": {"UPDATE", "DELETE", "TRUNCATE"},
    "statistics_correction": {"UPDATE"},
    "statistics_fact": {"UPDATE"},
    "statistics_publishedcount": {"UPDATE"},
    "statistics_truecount": {"UPDATE"},
    "strategy_statusentry": {"UPDATE", "DELETE"},
    "surveys_questionnaire": {"UPDATE", "DELETE"},
    "surveys_wave": {"UPDATE"},
    "surveys_proposal": {"UPDATE", "DELETE", "TRUNCATE"},
    "perpetrators_referralevent": {"UPDATE"},
    "register_check": {"INSERT", "UPDATE", "DELETE"},
    "register_entry": {"INSERT", "UPDATE", "DELETE"},
    "register_entryevent": {"UPDATE", "DELETE"},
    "register_legalbasis": {"UPDATE", "DELETE"},
    "training_completion": {"UPDATE"},
    "training_courseversion": {"UPDATE", "DELETE"},
    "surveys_printed": {"INSERT", "UPDATE", "DELETE", "TRUNCATE"},
}


def test_migrations_protect_these_rows() -> None:
    loader = MigrationLoader(None)
    found: dict[str, set[str]] = {}
    for (app, name), migration in loader.disk_migrations.items():
        for step in migration.operations:
            if isinstance(step, AppendOnly | FrozenWith | OnlyUnder):
                table = loader.project_state((app, name)).apps.get_model(app, step.model_name)._meta.db_table
                # What refuses new rows stands beside what refuses changes.
                found[table] = {*step.verbs, *(found.get(table, ()) if isinstance(step, OnlyUnder) else ())}
    kept = {model._meta.db_table for model in loader.project_state().apps.get_models(include_auto_created=True)}
    assert {table: verbs for table, verbs in found.items() if table in kept} == PROTECTED


@pytest.mark.django_db
def test_what_migrations_protect_is_protected_after_the_last_one() -> None:
    """SQLite forgets a table's triggers where a later migration makes the table anew."""
    assert set(triggers()) == {
        f"{table}_no_{verb.lower()}"
        for table, verbs in PROTECTED.items()
        for verb in verbs
        if verb != "TRUNCATE" or connection.vendor == "postgresql"
    }


@pytest.mark.django_db
def test_a_refusal_is_lifted_until_the_table_is_altered() -> None:
    with closing(connection.cursor()) as cursor:
        editor = SimpleNamespace(connection=connection, execute=lambda sql, params=(): cursor.execute(sql, params))
        state = SimpleNamespace(apps=apps)
        for step, is_refused in ((Lifted, False), (AppendOnly, True)):
            step("Fact", "No.", verbs=("UPDATE",)).database_forwards("statistics", editor, state, state)
            assert ("statistics_fact_no_update" in triggers()) is is_refused
