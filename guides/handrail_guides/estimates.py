"""How sure a figure is: intervals of shares and of differences, medians from histograms. Pure arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from handrail_guides.measures import bucket_ms

Z95 = 1.959963984540054
FEW = 30
"""Below this many, a share says little; every report says so in words."""


def wilson(count: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927, JASA 22:209); n is at least 1."""
    share = count / n
    centre = share + Z95 * Z95 / (2 * n)
    spread = Z95 * math.sqrt(share * (1 - share) / n + Z95 * Z95 / (4 * n * n))
    scale = 1 + Z95 * Z95 / n
    low = (centre - spread) / scale if count else 0.0
    high = (centre + spread) / scale if count < n else 1.0
    return max(0.0, low), min(1.0, high)


def rate(count: int, n: int) -> dict[str, Any]:
    """Return a share with its n, its 95 % interval, and whether it is of too few; nulls where n is 0."""
    if n == 0:
        return {"n": 0, "count": count, "share": None, "low": None, "high": None, "few": True}
    low, high = wilson(count, n)
    return {
        "n": n,
        "count": count,
        "share": round(count / n, 3),
        "low": round(low, 3),
        "high": round(high, 3),
        "few": n < FEW,
    }


def difference(count_a: int, n_a: int, count_b: int, n_b: int) -> dict[str, Any]:
    """Return share b − share a with its 95 % interval (Newcombe 1998, method 10, Statistics in Medicine 17:873).

    `apart` is true where the interval does not hold 0; null where one of the two has no n.
    """
    if n_a == 0 or n_b == 0:
        return {"difference": None, "low": None, "high": None, "apart": None, "few": True}
    share_a, share_b = count_a / n_a, count_b / n_b
    low_a, high_a = wilson(count_a, n_a)
    low_b, high_b = wilson(count_b, n_b)
    between = share_b - share_a
    low = between - math.sqrt((share_b - low_b) ** 2 + (high_a - share_a) ** 2)
    high = between + math.sqrt((high_b - share_b) ** 2 + (share_a - low_a) ** 2)
    return {
        "difference": round(between, 3),
        "low": round(low, 3),
        "high": round(high, 3),
        "apart": not low <= 0 <= high,
        "few": min(n_a, n_b) < FEW,
    }


def quantile_ms(counts: Mapping[int, int], share: float) -> float | None:
    """Return the time below which this share of a histogram lies, within `measures.TIME_ERROR`; None where it is empty.

    The rank is the nearest one, ⌈share · n⌉ (Hyndman and Fan's type 1), as a sorted list would give.
    """
    n = sum(counts.values())
    if not n:
        return None
    rank = max(1, math.ceil(share * n))
    for bucket in sorted(counts):
        rank -= counts[bucket]
        if rank <= 0:
            return bucket_ms(bucket)
    raise AssertionError("the counts of a histogram add up to its n")


def times(counts: Mapping[int, int]) -> dict[str, Any]:
    """Return median and 90th percentile, in seconds, with their n."""
    median, p90 = quantile_ms(counts, 0.5), quantile_ms(counts, 0.9)
    return {
        "n": sum(counts.values()),
        "median": None if median is None else round(median / 1000, 2),
        "p90": None if p90 is None else round(p90 / 1000, 2),
    }
