"""What must be true before we serve: followups resolve, named providers exist."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from cms.frontends.known import is_sound


@register()
def followups_resolve(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every dotted name in the table of followups points at a function."""
    faults: list[CheckMessage] = []
    for kind, names in import_string(settings.FOLLOWUPS).items():
        for name in names:
            try:
                import_string(name)
            except ImportError as error:
                faults.append(Error(f"The followup {name} of {kind} cannot be found: {error}", id="mendwell.E001"))
    return faults


@register()
def providers_exist(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A provider that is named but not built fails here, by name, and not at the first customer."""
    faults: list[CheckMessage] = []
    for setting in ("PAYMENT_PROVIDERS", "CHANNELS"):
        for name, spec in getattr(settings, setting).items():
            module, _, attribute = spec["BACKEND"].rpartition(".")
            try:
                getattr(import_module(module), attribute)
            except (ImportError, AttributeError):
                faults.append(
                    Error(
                        f"{setting} names {name!r}, but {spec['BACKEND']} is not built.",
                        hint=f"Remove {name!r} from the environment, or see docs/providers.md for adding it.",
                        id="mendwell.E002",
                    )
                )
    return faults


@register()
def frontends_are_sound(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A frontend has a name of its own and addresses that a draft may be sent to."""
    faults: list[CheckMessage] = []
    for host, entries in settings.FRONTENDS.items():
        names = [entry.get("NAME", "") for entry in entries]
        if not all(names) or len(set(names)) != len(names):
            faults.append(Error(f"FRONTENDS[{host!r}]: every frontend needs a NAME of its own.", id="mendwell.E003"))
        for entry in entries:
            wrong = [entry[key] for key in ("PREVIEW_URL", "URL") if entry.get(key) and not is_sound(entry[key])]
            faults += [
                Error(f"FRONTENDS[{host!r}]: {address!r} is neither https, loopback nor a path.", id="mendwell.E003")
                for address in wrong
            ]
    return faults
