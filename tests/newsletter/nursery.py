"""Starts workers quickly: Django is loaded once, and every line on standard input forks one
process that runs `deliver_announcements --until-empty`. Prints its process id, then how it ended.
"""

import os
import sys

import django
from django.core.management import call_command


def work() -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    call_command("deliver_announcements", "--until-empty")


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    django.setup()
    say("ready")
    for _line in sys.stdin:
        worker = os.fork()
        if worker == 0:
            try:
                work()
            finally:
                os._exit(0)
        say(worker)
        _pid, status = os.waitpid(worker, 0)
        say(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
