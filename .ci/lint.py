"""`make lint`: every check that needs no test run. Prints what fails and how long each took."""

import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYTHON = sys.executable


def checks(schema):
    """Title and command of each check; the API schema goes to a file that is thrown away."""
    manage = [PYTHON, "manage.py"]
    return (
        ("style", [PYTHON, "-m", "ruff", "check", "--output-format", "concise", "."]),
        ("format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
        ("templates", [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"]),
        ("types", [PYTHON, "-m", "mypy"]),
        ("walls between rooms", [PYTHON, "-m", "tests.house.rooms"]),
        ("system checks", manage + ["check"]),
        ("migrations", manage + ["makemigrations", "--check", "--dry-run"]),
        ("API schema", manage + ["spectacular", "--validate", "--fail-on-warn", "--file", schema]),
    )


def main():
    """Run all, also after a failure. Exit code 1 when any failed."""
    failed = []
    # Templates and types of one state, whatever the environment of the caller says.
    env = dict(os.environ, DJANGO_SETTINGS_MODULE="site_config.settings.test")
    with tempfile.TemporaryDirectory() as folder:
        for title, command in checks(os.path.join(folder, "schema.yaml")):
            began = time.monotonic()
            done = subprocess.run(
                command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
            )
            print("%-20s %-6s %5.1f s" % (title, "failed" if done.returncode else "ok", time.monotonic() - began))
            if done.returncode:
                failed.append(title)
                print(done.stdout)
            sys.stdout.flush()
    if failed:
        print("\nNot clean: %s." % ", ".join(failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
