"""A process with the house loaded that forks children to be killed.

Run as a program with the house's environment set. Reads lines from standard input and answers each
with one line: ``worker`` forks a worker, ``web PORT`` forks the web server that ``heard serve``
starts, with one web process of its own; both answer with the number of the child, which leads a
process group, so that ``kill -9`` of the group ends server and web process in the same instant.
Only the start is quicker than from the shell: everything is loaded already.
"""

import contextlib
import os
import random
import signal
import sys

import django

# Rooms whose regular jobs count: each of fifty workers would begin to and be killed at it.
FIGURES = ("heard.facts", "heard.measures", "heard.forecast", "heard.targets", "heard.boards")


def be_worker() -> None:
    from django.core.management import call_command

    from heard.core import schedule

    for job in schedule.jobs():
        if job.run.__module__.startswith(FIGURES):
            del schedule._jobs[job.name]
    call_command("work", interval=0.02, stdout=sys.stderr)


def be_web(port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "heard.wsgi:application",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=1,
        log_level=LogLevels.error,
    ).serve()


def reap() -> None:
    """Bury whoever is gone; children are never waited for by name."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def main() -> None:
    django.setup()
    # Loaded here once, not in each child.
    import granian.server.mp  # noqa: F401

    import heard.core.management.commands.work
    import heard.urls
    import heard.wsgi  # noqa: F401

    children: list[int] = []
    for line in sys.stdin:
        words = line.split()
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            random.seed()
            try:
                be_worker() if words[0] == "worker" else be_web(int(words[1]))
            finally:
                os._exit(0)
        children.append(child)
        print(child, flush=True)  # noqa: T201
        reap()
    for child in children:  # whoever was not killed goes with the house
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
