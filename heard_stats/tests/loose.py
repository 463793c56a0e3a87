"""The public names without their types.

By its type any result may lack its number, and a test that does sums with one would have to say
at every step that it does not. What is wrong then fails when the test runs.
"""

from typing import Any

import heard_stats


def __getattr__(name: str) -> Any:
    return getattr(heard_stats, name)
