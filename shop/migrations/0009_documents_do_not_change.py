"""The database itself refuses to change or delete documents and rows of the books.

A row of the books may lose the person who wrote it (their account was deleted), nothing else. SQLite makes a table anew
when a later migration alters it, and forgets its triggers: such a migration runs `guard` again (a test goes red
without it).
"""

from django.db import migrations

DOCUMENT = (
    "id site_id order_id series_id refund_id kind sequence number key language total currency facts digest issued_at"
)
ENTRY = "id order_id site_id payment_id kind debit credit amount currency key note at"
# Table: its columns that never change.
FIXED = {"shop_document": DOCUMENT.split(), "shop_ledgerentry": ENTRY.split()}
WORDS = "{table} is written once: its rows neither change nor go"

POSTGRES_REFUSES = """
CREATE OR REPLACE FUNCTION {table}_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
POSTGRES = (
    POSTGRES_REFUSES,
    "CREATE TRIGGER {table}_stays BEFORE UPDATE OF {columns} ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_refuses()",
    "CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuses()",
)
POSTGRES_BY = (
    "CREATE TRIGGER {table}_by_stays BEFORE UPDATE OF by_id ON {table} FOR EACH ROW "
    "WHEN (NEW.by_id IS NOT NULL AND NEW.by_id IS DISTINCT FROM OLD.by_id) EXECUTE FUNCTION {table}_refuses()"
)
SQLITE = (
    "CREATE TRIGGER {table}_stays BEFORE UPDATE OF {columns} ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END",
    "CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{words}'); END",
)
SQLITE_BY = (
    "CREATE TRIGGER {table}_by_stays BEFORE UPDATE OF by_id ON {table} "
    "WHEN NEW.by_id IS NOT NULL AND NEW.by_id IS NOT OLD.by_id BEGIN SELECT RAISE(ABORT, '{words}'); END"
)


def guard(apps, schema_editor):
    """Put the guards up, new ones for old."""
    leave(apps, schema_editor)
    postgres = schema_editor.connection.vendor == "postgresql"
    for table, columns in FIXED.items():
        told = {"table": table, "columns": ", ".join(columns), "words": WORDS.format(table=table)}
        for sql in POSTGRES if postgres else SQLITE:
            schema_editor.execute(sql.format(**told))
    told = {"table": "shop_ledgerentry", "words": WORDS.format(table="shop_ledgerentry")}
    schema_editor.execute((POSTGRES_BY if postgres else SQLITE_BY).format(**told))


def leave(apps, schema_editor):
    """Take the guards down."""
    on = " ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    for table in FIXED:
        for name in ("stays", "is_kept", "by_stays"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on.format(table=table)}")


class Migration(migrations.Migration):
    dependencies = [("shop", "0008_paying_and_closing")]

    operations = [migrations.RunPython(guard, leave)]
