"""A data folder of their own for the tests, set before Django's settings are read.

A plugin named in ``pyproject.toml``: a ``conftest.py`` would come too late, since the settings are
read before the first of them.
"""

import os
import tempfile

FOLDER = tempfile.TemporaryDirectory(prefix="heard-test-")
os.environ["HEARD_DATA"] = FOLDER.name
os.environ.setdefault("HEARD_SECRET_KEY", "a key for tests alone, long enough to be taken")
for _name in ("HEARD_EMAIL_URL", "HEARD_URL", "HEARD_DEBUG"):
    os.environ.pop(_name, None)
