"""Test settings for a real worker: every message goes into a notebook that the drill can read."""

from site_config.settings.base import env
from site_config.settings.test import *  # noqa: F403

NOTEBOOK = {
    "BACKEND": "tests.drills.notebook.Notebook",
    "OPTIONS": {"file": env("DRILL_NOTEBOOK"), "stop": env("DRILL_STOP")},
}
CHANNELS = {"email": NOTEBOOK, "sms": NOTEBOOK}
