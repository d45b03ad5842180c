"""`make test`: the whole suite on SQLite, then what needs a second database on PostgreSQL where one answers.

Marks: `race` tests run in both passes, `postgres` tests in the second only. With MENDWELL_NOTHING_SKIPPED=1
(continuous integration) a missing chromium, PostgreSQL or Redis is a failure, not a note.
"""

import os
import subprocess
import sys

from tests.conftest import HAVE, HOW, POSTGRES_URL, answers

A_TEST_OF_THE_BED = "tests/test_bed.py::test_what_a_transactional_test_commits_is_gone_afterwards_first"


def run(title: str, *arguments: str, **environment: str) -> int:
    """One pytest pass. Returns its exit code; no test collected (5) counts as a failure."""
    print(f"\n== {title} ==", flush=True)
    return subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-m", "pytest", *arguments], env={**os.environ, **environment}, check=False
    ).returncode


def build_ahead() -> subprocess.Popen[bytes]:
    """Migrate PostgreSQL's template while the first pass waits for that of SQLite; any one test does it."""
    command = [sys.executable, "-m", "pytest", "-q", A_TEST_OF_THE_BED]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        command, env={**os.environ, "DATABASE_URL": POSTGRES_URL}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def main() -> int:
    """Run both passes and say what was left out. Arguments go to pytest."""
    more = sys.argv[1:]
    parallel = ["-n", "2"] if (os.cpu_count() or 1) > 1 else []
    postgres = answers(POSTGRES_URL)
    missing = [HOW[name] for name, there in {**HAVE, "postgres": postgres}.items() if not there]
    if missing and os.environ.get("MENDWELL_NOTHING_SKIPPED"):
        print("Nothing may be left out here, but this is missing:\n- " + "\n- ".join(missing))
        return 1
    ahead = build_ahead() if postgres else None
    codes = [run("SQLite", *parallel, *more)]
    if postgres:
        if ahead:
            ahead.wait()
        codes.append(run("PostgreSQL", "-m", "postgres or race", *parallel, *more, DATABASE_URL=POSTGRES_URL))
    if missing:
        print("\nLeft out on this machine:\n- " + "\n- ".join(missing))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
