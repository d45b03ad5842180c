"""What is read once for each version of a site's content: kept in this process, and in the cache for the others."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache

from cms.sites import Site, version_of

KEPT_SECONDS = 24 * 60 * 60
Thing = TypeVar("Thing")
_here: dict[tuple[str, int], tuple[str, Any]] = {}


def kept(name: str, site: Site, make: Callable[[], Thing], version: str = "") -> Thing:
    """The thing of this version, made when nobody has made it yet. Without a statement when it is there already.

    `version`: that of words and opening hours, unless the thing depends on something else.

    The cache has a small stamp beside the thing itself: while the stamp is that of our own copy nothing more is
    fetched, and a cache that was emptied empties this process too. A thing that came out the same again stays the
    one that it was, with all that was worked out from it.
    """
    key = f"{name}:{site.pk}:{version or version_of(site)}"
    stamp, mine = cache.get(f"{key}:stamp"), _here.get((name, site.pk))
    if mine is not None and mine[0] == stamp:
        return mine[1]  # type: ignore[no-any-return]
    thing = cache.get(f"{key}:{stamp}") if stamp else None
    if thing is None:
        thing, stamp = make(), uuid.uuid4().hex
        cache.set(f"{key}:{stamp}", thing, KEPT_SECONDS)
        cache.set(f"{key}:stamp", stamp, KEPT_SECONDS)
    if mine is not None and mine[1] == thing:
        thing = mine[1]
    _here[name, site.pk] = (stamp, thing)
    return thing  # type: ignore[no-any-return]
