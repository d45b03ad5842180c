"""Every change of what the public reads is counted, and told to the servers that want to hear of it.

Wagtail's admin and its API publish, unpublish, move and delete by actions that go past the methods of our models; the
only thing that all of them come to are Wagtail's own signals. This is the one place of the house that listens to any,
beside `cms/moderation.py`, which takes the places of Wagtail's own listeners.
"""

from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import Page, Site
from wagtail.signals import page_published, page_slug_changed, post_page_move, published, unpublished

from cms import moderation
from cms.models import ShopSettings, SiteMenus
from cms.translations import writing
from cms.versions import BumpsContent, Scope, bump
from notifications.systems import webhooks

PUBLISHED, UNPUBLISHED = "content.published", "content.unpublished"
MOVED, DELETED = "content.moved", "content.deleted"


def listen() -> None:
    """Connect what follows; called once, when all apps are there."""
    moderation.listen()
    page_published.connect(on_published)
    published.connect(on_published)
    unpublished.connect(on_unpublished)
    page_slug_changed.connect(on_new_slug)
    post_page_move.connect(on_moved)
    post_delete.connect(on_deleted)
    for model in writing.guarded():
        pre_save.connect(writing.refuse_half_translated, sender=model)
    for settings in (ShopSettings, SiteMenus):
        post_save.connect(on_settings, sender=settings)
    # Shown by pages that are not published again for it: other files of a picture, another host, another old address.
    for model in (get_image_model(), Redirect, Site):
        post_save.connect(on_something_shown, sender=model)
        post_delete.connect(on_something_shown, sender=model)


def on_published(sender: Any, instance: Any, **more: Any) -> None:
    """A page or snippet went live, or was put off until later: then nothing changed yet."""
    told_twice = isinstance(instance, Page) and more["signal"] is published
    if instance.live and not told_twice:
        changed(PUBLISHED, instance)
        writing.follow(instance)


def on_unpublished(sender: Any, instance: Any, **more: Any) -> None:
    """A page or snippet is not live any more."""
    changed(UNPUBLISHED, instance)


def on_new_slug(sender: Any, instance: Any, instance_before: Any, **more: Any) -> None:
    """A page and all below it have other addresses. It was published as well, and that is told by itself."""
    if instance.live:
        changed(MOVED, instance, old_path=path_of(instance_before))


def on_moved(sender: Any, instance: Any, url_path_before: str, url_path_after: str, **more: Any) -> None:
    """A page and all below it stand elsewhere in the tree; among its neighbours no address changes."""
    if url_path_before == url_path_after:
        return bump(Scope.CONTENT)
    before = Page(url_path=url_path_before, locale_id=instance.locale_id, slug=instance.slug)
    if instance.live:
        changed(MOVED, instance, old_path=path_of(before))
    return None


def on_deleted(sender: Any, instance: Any, **more: Any) -> None:
    """A page, with each page below it, or a snippet is gone. What a migration deletes is not of our models."""
    if isinstance(instance, BumpsContent) and sender._meta.apps is apps and getattr(instance, "live", True):
        changed(DELETED, instance)


def on_settings(sender: Any, instance: Any, raw: bool = False, **more: Any) -> None:
    """The shop's details or menus."""
    if not raw:
        changed(PUBLISHED, instance)


def on_something_shown(sender: Any, raw: bool = False, **more: Any) -> None:
    """Something that pages show was changed or deleted."""
    if not raw:
        bump(Scope.CONTENT)


def changed(kind: str, thing: Any, **more: Any) -> None:
    """Count the change and tell whoever listens."""
    with transaction.atomic():
        bump(Scope.CONTENT)
        announce(kind, thing, **more)


def announce(kind: str, thing: Any, **more: Any) -> None:
    """Tell whoever listens, in the transaction of the change. One statement when nobody does.

    Bump the version first: the call carries it.
    """
    listening = webhooks.listening()
    if not listening:
        return
    facts, sites, at = facts_of(thing) | more, sites_of(thing), timezone.now()
    for site in Site.objects.filter(pk__in=listening):
        if sites is None or site.pk in sites:
            payload = {**facts, "version": version_number(site.pk), "site": site.root_url}
            webhooks.post(kind=kind, site_id=site.pk, payload=payload, at=at)


def facts_of(thing: Any) -> dict[str, Any]:
    """What names a page, a snippet or a site's settings: type, id, and slug or path with the language."""
    label = thing.specific_class._meta.label if isinstance(thing, Page) and thing.specific_class else thing._meta.label
    facts: dict[str, Any] = {"type": label, "id": thing.pk}
    if locale := getattr(thing, "locale", None):
        language, _, region = locale.language_code.partition("-")
        facts["locale"] = f"{language}-{region.upper()}" if region else language
    if isinstance(thing, Page):
        return facts | {"path": path_of(thing)}
    facts |= {"kind": str(thing.kind)} if hasattr(thing, "kind") else {}
    return facts | ({"slug": thing.slug} if hasattr(thing, "slug") else {})


def path_of(page: Page) -> str | None:
    """The path of a page on its site; None for one that belongs to no site."""
    place = page.get_url_parts()
    return place[2] if place else None


def sites_of(thing: Any) -> list[int] | None:
    """The sites that show it; None for all of them."""
    if isinstance(thing, Page):
        place = thing.get_url_parts()
        return [place[0]] if place else []
    return [thing.site_id] if hasattr(thing, "site_id") else None


def version_number(site_id: int) -> int:
    """The counter of a site's content, as the transaction sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM cms_version WHERE site_id = %s AND scope = %s", [site_id, Scope.CONTENT])
        row = cursor.fetchone()
    return int(row[0]) if row else 0
