"""Version counters: the one thing that every cache of public answers compares.

A verb that changes what the public sees bumps the counter inside its own transaction, so a reader that sees the
new number also sees the new rows. The page cache in `site_config/page_cache.py` reads the table directly.
"""

from typing import Any

from django.db import connection, models, transaction


class Scope(models.TextChoices):
    """What changed: words and devices, money, or rules of booking."""

    CONTENT = "content"
    PRICES = "prices"
    POLICIES = "policies"


def bump(*scopes: str, site_id: int | None = None) -> None:
    """Count one change in each scope, for one site or (the default) for every site.

    Call it inside the transaction of the change. Rows appear on first use.
    """
    where, which = ("id = %s", [site_id]) if site_id else ("1 = 1", [])
    with connection.cursor() as cursor:
        for scope in sorted(scopes):
            cursor.execute(
                "INSERT INTO cms_version (site_id, scope, number)"
                f" SELECT id, %s, 1 FROM wagtailcore_site WHERE {where} ORDER BY id"
                " ON CONFLICT (site_id, scope) DO UPDATE SET number = cms_version.number + 1",
                [scope, *which],
            )


class BumpsContent:
    """For pages and snippets, listed first among the bases: publishing, unpublishing and deleting count as a change.

    The counting itself is done by `cms/events.py`, which hears of every way in. Wagtail publishes outside any
    transaction: here row and counter move together.
    """

    def publish(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return super().publish(*args, **kwargs)  # type: ignore[misc]

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return super().unpublish(*args, **kwargs)  # type: ignore[misc]

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return super().delete(*args, **kwargs)  # type: ignore[misc]
