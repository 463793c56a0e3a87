"""Shared by the tests of heard_stats."""

from hypothesis import settings
from hypothesis import strategies as st

# The same examples each time: a failure here must be anybody's failure. No folder is written.
examples = settings(max_examples=80, deadline=None, database=None, derandomize=True)

shares = st.floats(0.01, 0.99)
confidences = st.floats(0.5, 0.999)
five_counts = st.lists(st.integers(0, 300), min_size=5, max_size=5)


@st.composite
def counted(draw: st.DrawFn, most: int = 5000) -> tuple[int, int]:
    """(x, n) with 0 <= x <= n and n of at least 1."""
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n
