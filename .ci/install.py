"""Make the project's own virtual environment. Needs nothing but Python with venv; run by the Makefile.

    python .ci/install.py check          say in words what is missing, change nothing
    python .ci/install.py demo           what the demo needs
    python .ci/install.py dev            everything: tests, lint, production servers

Written so that an old Python can still read it and say that it is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
INSIDE = os.path.join(VENV, "bin", "python")
OLDEST, NEWEST = (3, 11), (3, 13)
UV = "uv>=0.9,<1"
PINS = {"demo": ("pins.txt",), "dev": ("pins-dev.txt",)}


def stop(*lines):
    """End with words on the error stream."""
    sys.stderr.write("\n" + "\n".join(lines) + "\n")
    sys.exit(1)


def check_python():
    """Stop unless this Python is one that Mendwell runs on and can make virtual environments."""
    found = "%d.%d.%d" % sys.version_info[:3]
    if not OLDEST <= tuple(sys.version_info[:2]) <= NEWEST:
        stop(
            "Mendwell needs Python 3.11, 3.12 or 3.13; this is %s (%s)." % (found, sys.executable),
            "Install one of them, or name it:  make demo PYTHON=/path/to/python3.12",
        )
    try:
        import ensurepip
        import venv
    except ImportError:
        stop(
            "This Python (%s) cannot make virtual environments: its venv module is missing." % found,
            "On Debian and Ubuntu:  apt-get install python3-venv   (or python%d.%d-venv)" % sys.version_info[:2],
        )
    return venv, ensurepip


def version_inside():
    """Major and minor version of the environment's Python, or None when it does not run."""
    try:
        text = subprocess.check_output([INSIDE, "-c", "import sys; print(*sys.version_info[:2])"])
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(int(part) for part in text.split())


def make_venv():
    """Create .venv; take it anew when it is broken or when another Python was asked for by name."""
    inside = version_inside()
    wanted = tuple(sys.version_info[:2]) if os.environ.get("MENDWELL_PYTHON_NAMED") else inside
    if inside and inside == wanted and OLDEST <= inside <= NEWEST:
        return
    if os.path.isdir(VENV):
        if not os.path.exists(os.path.join(VENV, "pyvenv.cfg")):
            stop("%s is not a virtual environment. Move it away and start again." % VENV)
        print("Making .venv anew with Python %d.%d ..." % sys.version_info[:2])
        shutil.rmtree(VENV)
    else:
        print("Making a virtual environment in .venv with Python %d.%d ..." % sys.version_info[:2])
    sys.stdout.flush()
    if subprocess.call([sys.executable, "-m", "venv", VENV]):
        stop(
            "The virtual environment could not be made (see above).",
            "On Debian and Ubuntu this helps:  apt-get install python3-venv",
        )


def find_uv():
    """The uv to install with: the machine's, the environment's, else one that pip brings; None if there is none."""
    mine = os.path.join(VENV, "bin", "uv")
    for path in (mine, shutil.which("uv")):
        if path and os.path.exists(path) and not subprocess.call([path, "--version"], stdout=subprocess.DEVNULL):
            return path
    print("Fetching the installer (uv) ...")
    sys.stdout.flush()
    if subprocess.call([INSIDE, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV]):
        return None
    return mine


def fingerprint(files):
    """A hash of the pins and of the Python they are for: unchanged means nothing to do."""
    digest = hashlib.sha256(repr(version_inside()).encode())
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def install(what):
    """Install the pinned packages unless that was done before; a wider set covers the smaller one."""
    for done in (what, "dev"):
        stamp = os.path.join(VENV, "installed-" + done)
        if os.path.exists(stamp):
            with open(stamp) as file:
                if file.read() == fingerprint(PINS[done]):
                    return
    print("Installing the pinned packages (%s) ..." % ", ".join(PINS[what]))
    sys.stdout.flush()
    arguments = [part for name in PINS[what] for part in ("-r", os.path.join(ROOT, name))]
    uv = find_uv()
    if uv:
        # On a terminal uv shows its bars; in a log its list of a hundred names would only be in the way.
        quiet = [] if sys.stderr.isatty() else ["--quiet"]
        command = [uv, "pip", "install", "--python", INSIDE] + quiet + arguments
    else:
        command = [INSIDE, "-m", "pip", "install", "--disable-pip-version-check"] + arguments
    if subprocess.call(command):
        stop(
            "The packages could not be installed (see above). Usually the network is the reason:",
            "- behind a proxy, set HTTPS_PROXY;",
            "- with a package mirror of your own, set PIP_INDEX_URL and UV_INDEX_URL;",
            "then run the same command again. What was fetched is kept.",
        )
    with open(os.path.join(VENV, "installed-" + what), "w") as file:
        file.write(fingerprint(PINS[what]))


def main():
    """See the module's own words."""
    what = sys.argv[1] if len(sys.argv) > 1 else "check"
    if what not in ("check", "demo", "dev"):
        stop("Say what to install: check, demo or dev.")
    check_python()
    if what != "check":
        make_venv()
        install(what)


if __name__ == "__main__":
    main()
