"""``heard serve``: the web server and the worker together, each started again when it dies."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Serve the pages, with a worker beside (unless --no-worker)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2, help="web processes")
        parser.add_argument("--no-worker", action="store_true")

    def handle(
        self, *, host: str, port: int, workers: int, no_worker: bool, **options: Any
    ) -> None:
        environment = dict(os.environ)
        if "HEARD_URL" not in environment:
            environment["HEARD_URL"] = f"http://127.0.0.1:{port}"
        heard = [sys.executable, "-c", "from heard.cli import main; main()"]
        web = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host,
            "--port", str(port), "--workers", str(workers), "--blocking-threads", "1",
            "--respawn-failed-workers", "--log-level", "warning", "heard.wsgi:application",
        ]  # fmt: skip
        commands = {"web": web} if no_worker else {"web": web, "worker": [*heard, "work"]}
        self.stdout.write(f"{settings.HEARD_DATA}: data. Open http://{host}:{port}/")
        Keeper(commands, environment).run()


class Keeper:
    """Keeps the processes running, and ends them together."""

    def __init__(self, commands: dict[str, list[str]], environment: dict[str, str]) -> None:
        self.commands = commands
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def start(self, name: str) -> None:
        """Start (again) one of the processes."""
        self.running[name] = subprocess.Popen(  # noqa: S603 - our own command line
            self.commands[name], env=self.environment
        )

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """Pass the wish to stop on to every process."""
        self.stopping = True
        for process in self.running.values():
            process.terminate()

    def run(self) -> None:
        """Until stopped: start what is not running."""
        signal.signal(signal.SIGINT, self.stop)
        signal.signal(signal.SIGTERM, self.stop)
        for name in self.commands:
            self.start(name)
        while not self.stopping:
            time.sleep(0.5)
            for name, process in list(self.running.items()):
                if process.poll() is not None and not self.stopping:
                    sys.stderr.write(f"The {name} stopped ({process.returncode}); starting it.\n")
                    time.sleep(0.5)
                    self.start(name)
        for process in self.running.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
