"""Fit the weights of widget/src/score.ts on the tuning applications: `python tune.py --gather F.json`, then `--fit F.json`.

The model is a conditional logit (McFadden 1974): each candidate scores the sum of weight times likeness, "not there"
scores a constant plus a share of the weights of the signals that the target has. Every look-up is used twice, as it
is and with its true element taken away; so are look-ups in translated, relabelled and restyled pages. `--fit` prints
the weights, and what threshold and margin cost, with each application left out of the fit in turn. Needs numpy and
scipy, which nothing else of the project does.
"""

# ruff: noqa: E501 (scripts for the page, and table rows, on one line)

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

RIDGE = 0.5
#: What a page that was changed on purpose counts, beside a real release, which counts 1.
AS_CHANGED = {"translated text": 0.3, "changed label": 0.3, "renamed class": 0.2, "removed": 0.4}
WHEN_GONE = 0.4
#: Only every so many look-ups are made in translated, relabelled and restyled pages.
EVERY = 4


def gather(path: Path) -> None:
    """Write every candidate of every look-up of the tuning applications, signal by signal."""
    from handrail_guides.walk.browser import launch_chromium
    from pages_open import Tabs, built_script, look_ups, names_of
    from playwright.sync_api import sync_playwright

    rows: list[dict[str, Any]] = []
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        script = built_script()
        for name in names_of("tuning"):
            with Tabs(context, script, name) as tabs:
                wanted = list(look_ups(name, tabs.snapshot))
                for number, one in enumerate(wanted):
                    told = tabs.tab(one.source).evaluate("index => __bench.described(index)", one.index)
                    ask = "([told, truth]) => __bench.features(told, truth)"
                    there = tabs.tab(one.goal).evaluate(ask, [told, one.truth])
                    rows.append({"app": name, "key": one.key, "weight": 1, **there})
                    ask = "([told, index, full]) => __bench.changedFeatures(told, index, full)"
                    here = tabs.tab(one.source).evaluate(ask, [told, one.index, number % EVERY == 0])
                    rows += [
                        {"app": name, "key": f"{one.key} {change}", "weight": AS_CHANGED[change], **found}
                        for change, found in here.items()
                    ]
                    if one.truth is not None:
                        gone = tabs.tab(one.goal).evaluate(ask, [told, one.truth, False])
                        rows += [
                            {"app": name, "key": f"{one.key} gone", "weight": WHEN_GONE, **found}
                            for found in gone.values()
                        ]
            path.write_text(json.dumps(rows))
        browser.close()


def told(title: str, outcomes: list[Any], threshold: float, margin: float) -> str:
    """Say what a threshold and a margin give on some examples that the score would see."""
    taken = [one for one in outcomes if one.confidence >= threshold and one.lead >= margin]
    there = sum(one.present for one in outcomes)
    return f"{title}: {sum(one.right for one in taken)}/{there} found, {sum(not one.right for one in taken)}/{len(outcomes)} wrong"


def fit(path: Path, errors: bool) -> None:
    """Fit, and tell what the fit would do for an application that it has not seen."""
    from fitting import Model, examples_of

    rows = json.loads(path.read_text())
    signals = sorted({signal for row in rows for one in row["scored"] for signal in one["like"]})
    examples = examples_of(rows, signals)
    apps = sorted({row["app"] for row in rows})
    print(f"{len(examples)} examples of {len(apps)} applications, {len(signals)} signals")
    outcomes = []
    for left_out in apps:
        model = Model(signals, RIDGE).fit([one for one in examples if one.app != left_out])
        outcomes += [
            model.outcome(one) for one in examples if one.app == left_out and one.exact not in ("found", "hidden")
        ]
    kinds = {
        "versions": [one for one in outcomes if one.example.key.endswith((">new", ">old"))],
        "removed from the other version": [one for one in outcomes if one.example.key.endswith("gone")],
        "removed from its own": [one for one in outcomes if one.example.key.endswith("removed")],
        "translated": [one for one in outcomes if one.example.key.endswith("translated text")],
        "relabelled": [one for one in outcomes if one.example.key.endswith("changed label")],
    }
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        for margin in (0.7, 1.5):
            print(
                f"threshold {threshold:.2f} margin {margin:.1f}  "
                + "; ".join(told(kind, some, threshold, margin) for kind, some in kinds.items())
            )
    if errors:
        for one in sorted(kinds["versions"], key=lambda one: -one.confidence):
            if one.right and one.confidence > 0.6 and one.lead > 1:
                continue
            print(
                f"{one.example.key:70} right={one.right} there={one.present} confidence={one.confidence:.2f} lead={one.lead:.1f}"
            )
    model = Model(signals, RIDGE).fit(examples)
    print(f"\nexport const ABSENT = {model.absent:.1f};")
    for index, signal in enumerate(signals):
        weight, against, absent = model.weights[index], model.weights[model.n + index], model.shares[index]
        print(f"  {signal}: [{weight:.1f}, {absent:.1f}, {against:.1f}],")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gather", type=Path)
    parser.add_argument("--fit", type=Path)
    parser.add_argument("--errors", action="store_true", help="list what the fit gets wrong")
    options = parser.parse_args()
    if options.gather:
        gather(options.gather)
    if options.fit:
        fit(options.fit, options.errors)
    sys.exit(0)
