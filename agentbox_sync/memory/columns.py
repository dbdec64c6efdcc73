"""Many rows written at once, each with values of its own."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, models, router


def write_columns(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Store these fields of rows that exist; one that is gone stays gone.

    Django's ``bulk_update`` builds an expression for each row and column: with twenty columns that
    was two thirds of the processor time of a first push. One statement with many parameters does
    the same, and the drivers send it in one go.
    """
    if not rows:
        return
    model = type(rows[0])
    database = connections[router.db_for_write(model)]
    quoted, key = database.ops.quote_name, model._meta.pk
    fields = [model._meta.get_field(name) for name in names]
    given = ", ".join(f"{quoted(field.column)} = %s" for field in fields)
    table, which = quoted(model._meta.db_table), quoted(key.column)
    statement = f"UPDATE {table} SET {given} WHERE {which} = %s"  # noqa: S608  names of our own
    with database.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                [f.get_db_prep_save(getattr(row, f.attname), database) for f in (*fields, key)]
                for row in rows
            ],
        )
