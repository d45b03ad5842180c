"""Imported first: the settings, the database and Django itself, before anything asks for them."""

import os

import django

from tests.conftest import POSTGRES_URL, answers

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
os.environ["LOG_LEVEL"] = "ERROR"
if "DATABASE_URL" not in os.environ and answers(POSTGRES_URL):
    os.environ["DATABASE_URL"] = POSTGRES_URL
django.setup()
