"""SQLite with one writer at a time across processes.

SQLite itself lets waiting writers sleep with growing pauses, so an unlucky one waits long while
others overtake it. Waiting on a file lock instead wakes the next writer as soon as the last one is
done: the p99 of a write under load falls by about twenty times (docs/adr/0003).
"""

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's SQLite connection, holding a file lock from BEGIN to COMMIT or ROLLBACK."""

    _lock_file: int | None = None

    def _lock_path(self) -> str | None:
        name = str(self.settings_dict["NAME"])
        return None if self.is_in_memory_db() or not name else name + ".writer"

    def _take_turn(self) -> None:
        path = self._lock_path()
        if path is None:
            return
        if self._lock_file is None:
            self._lock_file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock_file, fcntl.LOCK_EX)

    def _end_turn(self) -> None:
        if self._lock_file is not None:
            fcntl.flock(self._lock_file, fcntl.LOCK_UN)

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> Any:
        result = super()._commit()  # type: ignore[misc]
        # A commit that raised leaves the transaction open for the rollback that follows.
        self._end_turn()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            if self._lock_file is not None:
                os.close(self._lock_file)
                self._lock_file = None
