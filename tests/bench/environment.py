"""Imported first: the settings, the database and Django itself, before anything asks for them."""

import os

import django
from django.core.management import call_command

from tests.conftest import POSTGRES_URL, answers

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
os.environ["LOG_LEVEL"] = "ERROR"
if "DATABASE_URL" not in os.environ and answers(POSTGRES_URL):
    os.environ["DATABASE_URL"] = POSTGRES_URL
django.setup()
# Production's file names, so that a browser keeps here what it keeps there. A few seconds, and only once for each run.
call_command("collectstatic", interactive=False, clear=True, verbosity=0)
