"""`make test`: the whole suite on SQLite, and beside it what needs a second database on PostgreSQL where one answers.

Marks: `race` tests run in both passes, `postgres` tests in the second only. With MENDWELL_NOTHING_SKIPPED=1
(continuous integration) a missing chromium, PostgreSQL or Redis is a failure, not a note.

The passes run at the same time: the second is one process that mostly waits for its database. Its words come when the
first one is done. Browser tests begin first and workers take work from each other (`worksteal`), so that none waits at
the end for a long one.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack

from tests.conftest import HAVE, HERE, HOW, POSTGRES_URL, answers

# Where PYTHONDONTWRITEBYTECODE keeps compiled modules out of the tree, they are kept here: compiling every module of
# the tests anew, with its assertions rewritten, costs each process twenty seconds.
BYTECODE = HERE.parent / "var" / "tests" / "bytecode"


def begin(*arguments: str, out: int | None = None, **environment: str) -> subprocess.Popen[bytes]:
    """Start one pytest pass; its words go to the file descriptor `out`."""
    given = {**os.environ, **environment}
    if given.pop("PYTHONDONTWRITEBYTECODE", None):
        given["PYTHONPYCACHEPREFIX"] = str(BYTECODE)
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        command, env=given, stdout=out, stderr=out and subprocess.STDOUT
    )


def title(words: str) -> None:
    print(f"\n== {words} ==", flush=True)


def passes(more: list[str], *, postgres: bool) -> int:
    """Run both passes. Returns the worse exit code; no test collected (5) counts as a failure."""
    parallel = ["-n", "2", "--dist", "worksteal"] if (os.cpu_count() or 1) > 1 else []
    with ExitStack() as open_files:
        second = None
        if postgres:
            said = open_files.enter_context(tempfile.TemporaryFile())
            second = begin("-m", "postgres or race", *more, out=said.fileno(), DATABASE_URL=POSTGRES_URL)
        try:
            title("SQLite")
            codes = [begin(*parallel, *more).wait()]
            if second:
                title("PostgreSQL")
                codes.append(second.wait())
                said.seek(0)
                sys.stdout.write(said.read().decode(errors="replace"))
        finally:
            if second and second.poll() is None:  # interrupted; the next run removes what it left
                second.terminate()
                second.wait()
    return max(codes, key=abs)


def main() -> int:
    """Run both passes and say what was left out. Arguments go to pytest."""
    postgres = answers(POSTGRES_URL)
    missing = [HOW[name] for name, there in {**HAVE, "postgres": postgres}.items() if not there]
    if missing and os.environ.get("MENDWELL_NOTHING_SKIPPED"):
        print("Nothing may be left out here, but this is missing:\n- " + "\n- ".join(missing))
        return 1
    code = passes(sys.argv[1:], postgres=postgres)
    if missing:
        print("\nLeft out on this machine:\n- " + "\n- ".join(missing))
    return code


if __name__ == "__main__":
    sys.exit(main())
