"""Estimates for the small samples of usability tests, each with its 95 % interval and its source. Pure.

Agresti & Coull, "Approximate is better than 'exact' for interval estimation of binomial proportions", The American
Statistician 52 (1998); recommended for usability tests by Sauro & Lewis, "Estimating completion rates from small
samples using binomial confidence intervals", Proc. HFES 49 (2005). Task times: Sauro & Lewis, "Average task times in
usability tests: what to report?", Proc. CHI 2010. SUS: Brooke, "SUS: a quick and dirty usability scale" (1996).
SEQ: Sauro & Dumas, "Comparison of three one-question, post-task usability questionnaires", Proc. CHI 2009.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Z_95: Final = 1.959963984540054
SUS_ITEMS: Final = 10


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate of n observations, with its 95 % interval; None where n does not allow one."""

    n: int
    value: float | None
    low: float | None
    high: float | None

    def as_json(self) -> dict[str, float | int | None]:
        """Return the wire form."""
        return {"n": self.n, "value": self.value, "low": self.low, "high": self.high}


def success_rate(successes: int, n: int) -> Estimate:
    """Return the share of successes with the adjusted Wald interval: z²/2 successes and as many failures are added."""
    if n == 0:
        return Estimate(0, None, None, None)
    adjusted_n = n + Z_95**2
    centre = (successes + Z_95**2 / 2) / adjusted_n
    half = Z_95 * math.sqrt(centre * (1 - centre) / adjusted_n)
    return Estimate(n, successes / n, max(0.0, centre - half), min(1.0, centre + half))


def task_time(seconds: Sequence[float]) -> Estimate:
    """Return the geometric mean of positive times, with Student's interval of their logarithms."""
    logs = [math.log(one) for one in seconds if one > 0]
    mean = _mean(logs)
    return Estimate(mean.n, *(math.exp(one) if one is not None else None for one in (mean.value, mean.low, mean.high)))


def mean_score(scores: Sequence[float], least: float, most: float) -> Estimate:
    """Return the mean of a bounded score (SEQ 1 to 7, SUS 0 to 100), with Student's interval kept within the scale."""
    mean = _mean(scores)
    low = None if mean.low is None else max(least, mean.low)
    high = None if mean.high is None else min(most, mean.high)
    return Estimate(mean.n, mean.value, low, high)


def sus_score(answers: Sequence[int]) -> float:
    """Return the SUS score, 0 to 100, of ten answers from 1 to 5; odd items are positive, even ones negative.

    Raises ValueError where there are not ten answers in that range.
    """
    if len(answers) != SUS_ITEMS or any(answer not in range(1, 6) for answer in answers):
        raise ValueError("SUS takes ten answers from 1 (strongly disagree) to 5 (strongly agree).")
    return 2.5 * sum(answer - 1 if place % 2 == 0 else 5 - answer for place, answer in enumerate(answers))


def t_quantile(p: float, df: int) -> float:
    """Return Student's t with `df` degrees of freedom at probability p, by bisection of its distribution function."""
    low, high = 0.0, 1e4
    for _ in range(200):
        middle = (low + high) / 2
        if _t_below(middle, df) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _mean(values: Sequence[float]) -> Estimate:
    n = len(values)
    if n == 0:
        return Estimate(0, None, None, None)
    mean = sum(values) / n
    if n == 1:
        return Estimate(1, mean, None, None)
    deviation = math.sqrt(sum((one - mean) ** 2 for one in values) / (n - 1))
    half = t_quantile(0.975, n - 1) * deviation / math.sqrt(n)
    return Estimate(n, mean, mean - half, mean + half)


def _t_below(t: float, df: int) -> float:
    """Return P(T < t) for t >= 0, by the regularised incomplete beta function (Abramowitz & Stegun 26.7.1)."""
    return 1 - 0.5 * _beta(df / (df + t * t), df / 2, 0.5)


def _beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function by its continued fraction (A&S 26.5.8, Lentz's evaluation)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    c, d = 1.0, 1 / max(1 - (a + b) * x / (a + 1), tiny)
    total = d
    for m in range(1, 300):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / (1 + term * d or tiny)
            c = 1 + term / c or tiny
            total *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * total
