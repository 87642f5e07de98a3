"""A conditional logit with an alternative "not there": examples, the fit, and what it would decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

#: What the weights are drawn to where the data says little: agreement, and contradiction.
PRIOR = {
    "id": (4, 0.5),
    "test_id": (4, 1),
    "name_attribute": (3, 1),
    "href": (2, 1),
    "class": (1, 0.7),
    "attributes": (1.5, 0),
    "tag": (1, 0),
    "type": (1, 0),
    "role": (1.5, 0),
    "name": (2.5, 1),
    "nameless": (0.3, 0.7),
    "text": (2, 0),
    "label": (1.5, 0),
    "near": (1.5, 0),
    "icon": (2, 1),
    "path": (2, 0),
    "place": (1, 0),
    "identified": (1, 2),
    "named": (2, 0),
    "named_alone": (2, 0),
    "other": (0, 2),
    "name_alone": (2.5, 0),
    "href_alone": (1.5, 0),
    "class_alone": (1, 0),
    "icon_alone": (1.5, 0),
    "attributes_alone": (1.5, 0),
    "text_alone": (1.5, 0),
    "near_alone": (1, 0),
    "path_alone": (1, 0),
}
#: A place and a size are the same in every page that is changed on purpose, and in no release: their weights are held.
MOST = {"place": 1.5, "path": 3.0, "tag": 2.0}
MOST_WEIGHT = 6.0
MOST_CANDIDATES = 20
#: A look-up that the exact tier answers right never reaches the score.
WHEN_EXACT = 0.3


@dataclass
class Example:
    """One look-up: likeness by candidate and signal, which signals the target has, which candidates are right."""

    app: str
    weight: float
    like: np.ndarray
    present: np.ndarray
    right: np.ndarray
    group: np.ndarray
    exact: str
    key: str


@dataclass
class Outcome:
    """What the model would say: whether its best is right, how sure it is, how far ahead."""

    example: Example
    right: bool
    present: bool
    confidence: float
    lead: float


def _both(like: np.ndarray) -> np.ndarray:
    """Split likeness into agreement and contradiction, so that each has its weight."""
    return np.hstack([np.maximum(like, 0), np.minimum(like, 0)])


def examples_of(rows: Sequence[dict[str, Any]], signals: Sequence[str]) -> list[Example]:
    """Turn gathered rows into examples."""
    found: list[Example] = []
    for row in rows:
        seen = [one for one in row["scored"] if one["seen"]]
        if not seen:
            continue
        # The unlikeliest candidates teach nothing and cost time.
        seen.sort(
            key=lambda one: -sum(PRIOR[signal][one["like"][signal] < 0] * one["like"][signal] for signal in one["like"])
        )
        seen = [*seen[:MOST_CANDIDATES], *[one for one in seen[MOST_CANDIDATES:] if one["right"]]]
        like = _both(np.array([[one["like"].get(signal, 0.0) for signal in signals] for one in seen], dtype=np.float32))
        present = np.array([signal in seen[0]["like"] for signal in signals], dtype=float)
        right = np.array([one["right"] for one in seen])
        group = np.array([one["group"] for one in seen])
        weight = row["weight"] * (WHEN_EXACT if row["exact"] == "found" else 1.0)
        found.append(Example(row["app"], weight, like, present, right, group, row["exact"], row["key"]))
    return found


class Model:
    """Weights of agreement and of contradiction, and shares, all at least 0; a share is at most its weight."""

    def __init__(self, signals: Sequence[str], ridge: float) -> None:
        self.signals = signals
        self.n = len(signals)
        self.ridge = ridge
        self.weights = np.ones(2 * self.n)
        self.shares = np.full(self.n, 0.5)
        self.absent = 1.0
        self.values = np.zeros(0)

    def fit(self, examples: Sequence[Example], start: np.ndarray | None = None, maxiter: int = 150) -> Model:
        """Minimise the negative log-likelihood with a ridge on the weights; `start` is the values of another fit."""
        n = self.n
        like = np.vstack([np.vstack([one.like, np.zeros((1, 2 * n))]) for one in examples])
        sizes = np.array([len(one.like) + 1 for one in examples])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        ends = np.cumsum(sizes) - 1
        good = np.concatenate([np.append(one.right, not one.right.any()) for one in examples])
        present = np.array([one.present for one in examples])
        weight = np.array([one.weight for one in examples])
        prior = np.array(
            [PRIOR[signal][0] for signal in self.signals] + [PRIOR[signal][1] for signal in self.signals], dtype=float
        )
        spread = np.repeat(np.arange(len(examples)), sizes)

        def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
            weights, part = values[: 2 * n], values[2 * n : 3 * n]
            scores = like @ weights
            scores[ends] = values[-1] + present @ (part * weights[:n])
            scores = np.exp(scores - np.maximum.reduceat(scores, starts)[spread])
            chance = scores / np.add.reduceat(scores, starts)[spread]
            share = np.add.reduceat(chance * good, starts) + 1e-12
            pull = weight[spread] * (chance - np.where(good, chance / share[spread], 0))
            slope = np.zeros_like(values)
            at_end = pull[ends]
            slope[: 2 * n] = pull @ like
            slope[:n] += (at_end @ present) * part
            slope[2 * n : 3 * n] = (at_end @ present) * weights[:n]
            slope[-1] = at_end.sum()
            total = (
                -(weight * np.log(share)).sum()
                + self.ridge * ((weights - prior) ** 2).sum()
                + 2 * ((part - 0.5) ** 2).sum()
            )
            slope[: 2 * n] += 2 * self.ridge * (weights - prior)
            slope[2 * n : 3 * n] += 4 * (part - 0.5)
            return float(total), slope

        most = [MOST.get(signal, MOST_WEIGHT) for signal in self.signals]
        bounds = [(0, one) for one in most] + [(0, MOST_WEIGHT)] * n + [(0, 1)] * n + [(-5, 8)]
        if start is None:
            start = np.concatenate([np.ones(2 * n), np.full(n, 0.5), [1.0]])
        done = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": maxiter})
        self.values = done.x
        self.weights, self.absent = done.x[: 2 * n], float(done.x[-1])
        self.shares = done.x[2 * n : 3 * n] * self.weights[:n]
        return self

    def outcome(self, one: Example) -> Outcome:
        """Decide one example as heal.ts would."""
        scores = one.like @ self.weights
        first = int(scores.argmax())
        rivals = scores[one.group != one.group[first]]
        absent = self.absent + float((one.present * self.shares).sum())
        rest = np.append(rivals, absent)
        confidence = 1 / (1 + np.exp(rest - scores[first]).sum())
        lead = scores[first] - (rivals.max() if len(rivals) else -np.inf)
        return Outcome(one, bool(one.right[first]), bool(one.right.any()), float(confidence), float(lead))
