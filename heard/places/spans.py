"""Spans of whole seconds, from inclusive to exclusive, as sorted lists that do not touch."""

from collections.abc import Iterable

Span = tuple[int, int]


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same seconds as few sorted spans; empty and touching ones are merged away."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The spans less the seconds taken away; both lists sorted."""
    found: list[Span] = []
    cuts = list(taken)
    for start, end in spans:
        for cut_start, cut_end in cuts:
            if cut_end <= start:
                continue
            if cut_start >= end:
                break
            if cut_start > start:
                found.append((start, cut_start))
            start = max(start, cut_end)
        if start < end:
            found.append((start, end))
    return found


def clipped(spans: Iterable[Span], low: int, high: int) -> list[Span]:
    """What of the spans lies between low and high."""
    return [(max(a, low), min(b, high)) for a, b in spans if a < high and b > low]
