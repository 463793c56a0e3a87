"""``heard migrate``: Django's own, with a short way for a database that is still empty.

Ninety migrations, each carried out on a state of all models, take twenty seconds of work for
what this command does in six. A test holds that both lead to the same. The data that
migrations bring along is brought in the same order.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython
from django.db.migrations.recorder import MigrationRecorder


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Take the short way where there is nothing yet and nothing special was asked for."""
        special = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied")
        if not any(options.get(name) for name in special) and not _is_migrated():
            if not _has_tables():
                self._make_tables(options)
            self._note_and_fill(options)
        super().handle(*args, **options)

    def _make_tables(self, options: dict[str, Any]) -> None:
        """All tables from the models, in one transaction."""
        before = settings.MIGRATION_MODULES
        settings.MIGRATION_MODULES = dict.fromkeys(app.label for app in apps.get_app_configs())
        try:
            super().handle(**{**options, "run_syncdb": True, "verbosity": 0})
        finally:
            settings.MIGRATION_MODULES = before

    def _note_and_fill(self, options: dict[str, Any]) -> None:
        """Every migration noted as done and its data written: both, or after a kill neither."""
        MigrationRecorder(connection).ensure_schema()
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        with transaction.atomic():
            for migration, _back in plan:
                executor.recorder.record_applied(migration.app_label, migration.name)
            for migration, _back in plan:
                if type(migration).__module__.startswith("heard."):
                    for operation in migration.operations:
                        if isinstance(operation, RunPython):
                            operation.code(apps, None)  # type: ignore[arg-type]


def _is_migrated() -> bool:
    return bool(MigrationRecorder(connection).applied_migrations())


def _has_tables() -> bool:
    ours = {model._meta.db_table for model in apps.get_models()}
    return bool(ours & set(connection.introspection.table_names()))
