"""Where values come from: the environment, or the file .env beside manage.py."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# Where customers reach us; links in mails and provider return addresses are built from it, never from a Host header.
PUBLIC_ORIGIN = env("PUBLIC_ORIGIN", default=f"http://127.0.0.1:{env('DEMO_PORT', default='8000')}").rstrip("/")
