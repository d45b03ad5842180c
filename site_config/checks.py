"""What must be true before we serve: followups resolve, named providers exist."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string


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
