"""Makes a virtual environment with the packages of a requirements file, once, and prints its Python.

    python3 environment.py acceptance/requirements-triton.txt

What has been made is kept in MODEL_SERVING_CLIENTS, or else in the user's cache directory, under a name that
changes with the file and with the Python. Ends with code 77 and the reason if there can be no environment here.
"""
import fcntl
import hashlib
import os
import pathlib
import subprocess
import sys
import venv

UNAVAILABLE = 77


def unavailable(reason):
    print(reason, file=sys.stderr)
    sys.exit(UNAVAILABLE)


def cache():
    own = os.environ.get("MODEL_SERVING_CLIENTS")
    home = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    return pathlib.Path(own) if own else home / "model-serving" / "clients"


def run(what, *command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    except OSError as error:
        unavailable(f"{what}: {error}")
    if done.returncode != 0:
        last = [line for line in done.stdout.splitlines() if line.strip()][-1:]
        unavailable(f"{what}: {' '.join(last)}")


def make(directory, requirements):
    try:
        venv.create(directory, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        unavailable(f"this Python makes no virtual environments: {error}")
    run("the packages cannot be installed", directory / "bin" / "python", "-m", "pip", "install", "--quiet",
        "--disable-pip-version-check", "--retries", "1", "--timeout", "60", *requirements)


def main():
    if sys.version_info < (3, 10):
        unavailable(f"the clients need Python 3.10, this is {sys.version.split()[0]}")
    lines = pathlib.Path(sys.argv[1]).read_text().splitlines()
    requirements = [word for line in lines if not line.startswith("#") for word in line.split()]
    key = hashlib.sha256(" ".join([sys.version, sys.prefix, *requirements]).encode()).hexdigest()[:16]
    directory = cache() / f"{pathlib.Path(sys.argv[1]).stem}-{key}"
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{directory}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        complete = directory / "complete"
        if not complete.exists():
            make(directory, requirements)
            complete.touch()
    print(directory / "bin" / "python")


main()
