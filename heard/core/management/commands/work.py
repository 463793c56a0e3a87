"""``heard work``: run the steps of events and the regular jobs until told to stop."""

import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from heard.core import schedule


class Command(BaseCommand):
    help = "Run the worker: the steps that follow events, and the regular jobs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once",
            action="store_true",
            help="do what is due now, the regular jobs included, and return",
        )
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between looks")

    def handle(self, *, once: bool, interval: float, **options: Any) -> None:
        logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
        worker = Worker(
            queue_names=["*"],
            interval=interval,
            batch=once,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        if once:
            worker.run()
            schedule.run_due()
            worker.run()
            return
        worker.configure_signals()
        ticker = schedule.Ticker()
        ticker.start()
        beside = schedule.start_beside()
        self.stdout.write("The worker is running.")
        worker.run()
        ticker.stopped.set()
        beside.set()
