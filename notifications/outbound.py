"""The way out of the house: building the provider that the settings name, and when a failed call is tried again."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

# Minutes to wait after the first, second ... failed try: quick for a hiccup, about 18 hours in all for an outage.
WAITS = (1, 2, 5, 15, 60, 240, 720)
MOST_TRIES = len(WAITS) + 1

_built: dict[tuple[str, str], tuple[dict[str, Any], Any]] = {}


def provider(setting_name: str, name: str) -> Any:
    """The backend that settings.<setting_name>[name] describes; built once and kept while the entry is the same.

    Raises ImproperlyConfigured by name when the entry is missing or its class cannot be loaded.
    """
    spec = getattr(settings, setting_name, {}).get(name)
    if spec is None:
        raise ImproperlyConfigured(f"{setting_name} has no entry {name!r}.")
    kept = _built.get((setting_name, name))
    if kept and kept[0] == spec:
        return kept[1]
    try:
        backend = import_string(spec["BACKEND"])
    except ImportError as error:
        raise ImproperlyConfigured(f"{setting_name} names {name!r}, but {spec['BACKEND']} is not built.") from error
    built = backend(**spec.get("OPTIONS", {}))
    _built[(setting_name, name)] = ({**spec, "OPTIONS": dict(spec.get("OPTIONS", {}))}, built)
    return built


def forget() -> None:
    """Let every backend be built anew, without what it remembers: tokens, and whether its service answers."""
    _built.clear()


def next_try(*, tries: int, at: datetime) -> datetime | None:
    """When to try again after so many tries; None when it has been tried often enough."""
    if tries >= MOST_TRIES:
        return None
    return at + timedelta(minutes=WAITS[max(tries, 1) - 1])
