"""`make lint`: every check that needs no test run. Prints what fails and how long each took."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYTHON = sys.executable


def checks(schema):
    """Title and command of each check; the API schema goes to a file that is thrown away."""
    manage = [PYTHON, "manage.py"]
    return (
        ("types", [PYTHON, "-m", "mypy"]),  # by far the longest: it begins
        ("style", [PYTHON, "-m", "ruff", "check", "--output-format", "concise", "."]),
        ("format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
        ("templates", [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"]),
        ("walls between rooms", [PYTHON, "-m", "tests.house.rooms"]),
        ("system checks", manage + ["check"]),
        ("migrations", manage + ["makemigrations", "--check", "--dry-run"]),
        ("API schema", manage + ["spectacular", "--validate", "--fail-on-warn", "--file", schema]),
    )


def timed(command, env):
    """What a check did, and how many seconds it took."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return done, time.monotonic() - began


def main():
    """Run all, as many at a time as there are cores, also after a failure. Exit code 1 when any failed."""
    failed = []
    # Templates and types of one state, whatever the environment of the caller says.
    env = dict(os.environ, DJANGO_SETTINGS_MODULE="site_config.settings.test")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as cores:
        started = [
            (title, cores.submit(timed, command, env)) for title, command in checks(os.path.join(folder, "schema.yaml"))
        ]
        for title, running in started:
            done, seconds = running.result()
            print("%-20s %-6s %5.1f s" % (title, "failed" if done.returncode else "ok", seconds))
            if done.returncode:
                failed.append(title)
                print(done.stdout)
            sys.stdout.flush()
    if failed:
        print("\nNot clean: %s." % ", ".join(failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
