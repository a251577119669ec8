"""Gives each database its own full-text index over the words of a search row; the database itself keeps it in step."""

from typing import Any

from django.db import migrations

POSTGRESQL = (
    """
    ALTER TABLE directory_searchrow ADD COLUMN document tsvector GENERATED ALWAYS AS (
      setweight(to_tsvector('simple', names), 'A') || setweight(to_tsvector('simple', terms), 'B') ||
      setweight(to_tsvector('simple', body), 'C') || setweight(to_tsvector('simple', facets), 'D')
    ) STORED
    """,
    "CREATE INDEX directory_search_document ON directory_searchrow USING gin (document)",
)
SQLITE = (
    """
    CREATE VIRTUAL TABLE directory_searchtext USING fts5(
      names, terms, body, facets, content='directory_searchrow', content_rowid='service_id',
      tokenize="unicode61 remove_diacritics 0"
    )
    """,
    """
    CREATE TRIGGER directory_searchtext_added AFTER INSERT ON directory_searchrow BEGIN
      INSERT INTO directory_searchtext(rowid, names, terms, body, facets)
      VALUES (new.service_id, new.names, new.terms, new.body, new.facets);
    END
    """,
    """
    CREATE TRIGGER directory_searchtext_removed AFTER DELETE ON directory_searchrow BEGIN
      INSERT INTO directory_searchtext(directory_searchtext, rowid, names, terms, body, facets)
      VALUES ('delete', old.service_id, old.names, old.terms, old.body, old.facets);
    END
    """,
    """
    CREATE TRIGGER directory_searchtext_changed AFTER UPDATE OF names, terms, body, facets ON directory_searchrow BEGIN
      INSERT INTO directory_searchtext(directory_searchtext, rowid, names, terms, body, facets)
      VALUES ('delete', old.service_id, old.names, old.terms, old.body, old.facets);
      INSERT INTO directory_searchtext(rowid, names, terms, body, facets)
      VALUES (new.service_id, new.names, new.terms, new.body, new.facets);
    END
    """,
)
SQLITE_BACK = (
    "DROP TRIGGER directory_searchtext_changed",
    "DROP TRIGGER directory_searchtext_removed",
    "DROP TRIGGER directory_searchtext_added",
    "DROP TABLE directory_searchtext",
)
POSTGRESQL_BACK = ("ALTER TABLE directory_searchrow DROP COLUMN document",)


def add(_apps: Any, editor: Any) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def drop(_apps: Any, editor: Any) -> None:
    for statement in POSTGRESQL_BACK if editor.connection.vendor == "postgresql" else SQLITE_BACK:
        editor.execute(statement)


FULL_TEXT = migrations.RunPython(add, drop)
