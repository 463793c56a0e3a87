"""``heard serve``: the web server and the worker together, each started again when it dies."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


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
        refuse_busy_port(host, port)
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


def refuse_busy_port(host: str, port: int) -> None:
    """Stop with a plain message where somebody else listens already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} of {host} cannot be used ({error.strerror}). "
                f"Choose another: heard serve --port {port + 1}"
            ) from error


class Keeper:
    """Keeps the processes running, and ends them together."""

    def __init__(self, commands: dict[str, list[str]], environment: dict[str, str]) -> None:
        self.commands = commands
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False
        self.deaths: dict[str, list[float]] = {name: [] for name in commands}

    def pause_before(self, name: str) -> float:
        """How long to wait before the next start: longer the more often it died lately."""
        now = time.monotonic()
        self.deaths[name] = [*(t for t in self.deaths[name] if t > now - 60), now]
        return float(min(0.25 * 2 ** (len(self.deaths[name]) - 1), 30.0))

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
                    pause = self.pause_before(name)
                    sys.stderr.write(
                        f"The {name} stopped ({process.returncode}); "
                        f"starting it in {pause:.1f} s.\n"
                    )
                    time.sleep(pause)
                    self.start(name)
        for process in self.running.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
