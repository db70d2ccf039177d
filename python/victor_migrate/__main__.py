"""Starts the program that was installed with this package."""

import os
import subprocess
import sys
import sysconfig


def places():
    """Folders in which installers put programs, the likeliest first."""
    yield sysconfig.get_path("scripts")
    yield sysconfig.get_path("scripts", f"{os.name}_user")
    # `pip install --target`, and what is built on it.
    yield os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bin")


def program():
    """The path of the program; an error that says where it was looked for."""
    name = "victor-migrate" + (sysconfig.get_config_var("EXE") or "")
    looked = [os.path.join(place, name) for place in places()]
    for path in looked:
        if os.path.isfile(path):
            return path
    sys.exit(f"victor-migrate: the program is in none of {', '.join(looked)}; install the package again: pip install --force-reinstall victor-migrate")


def main():
    """Hands over arguments, streams and exit code."""
    command = [program(), *sys.argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.run(command).returncode)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
