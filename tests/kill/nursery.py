"""A process with the house loaded that forks children to be killed.

Run as a program with the house's environment set. Reads lines from standard input and answers each
with one line: ``worker`` forks a worker, ``close ID KEY`` forks a child that closes a case as the
desk does; both answer with the child's process number. The children are ordinary processes, so that
``kill -9`` ends them as it would end a worker or a web process; only the start is quicker.
"""

import os
import random
import sys
import time

import django


def be_worker() -> None:
    from django.core.management import call_command

    call_command("work", interval=0.02, stdout=sys.stderr)


def be_closer(case_id: int, key: str) -> None:
    from heard.cases.closing import close
    from heard.cases.models import Case
    from heard.people.models import Staff

    agent = Staff.objects.get(email="agent@city.example")
    close(
        Case.objects.get(pk=case_id),
        outcome="done",
        words="We filled the hole.",
        actor=agent.as_actor(),
        key=key,
    )


def main() -> None:
    django.setup()
    # Loaded here once, not in each child.
    import heard.cases.closing
    import heard.core.management.commands.work
    import heard.urls  # noqa: F401

    for line in sys.stdin:
        words = line.split()
        child = os.fork()
        if child == 0:
            random.seed()
            try:
                be_worker() if words[0] == "worker" else be_closer(int(words[1]), words[2])
            finally:
                os._exit(0)
        print(child, flush=True)  # noqa: T201
        # Children are never waited for by name; reap whoever is gone.
        time.sleep(0)
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break


if __name__ == "__main__":
    main()
