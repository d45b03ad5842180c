"""Where values come from: the environment, or the file .env beside manage.py."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

# Which of the shops under fixtures/packs the demo is. Each keeps a database of its own.
FIRST_PACK = "electronics-london"
DEMO_PACK = env("DEMO_PACK", default=FIRST_PACK)

# What the installation writes itself: the demo's database, uploads, caches, the worker's log.
_own = "" if DEMO_PACK == FIRST_PACK else Path(DEMO_PACK).name
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var" / _own)))

# Where customers reach us; links in mails and provider return addresses are built from it, never from a Host header.
PUBLIC_ORIGIN = env("PUBLIC_ORIGIN", default=f"http://127.0.0.1:{env('DEMO_PORT', default='8000')}").rstrip("/")
