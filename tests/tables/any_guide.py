# ruff: noqa: E501
"""Strategies for guides of every kind, with the whole vocabulary of the format; most of what they make validates."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

# Text with markup, markers and scripts in it. Braces are doubled, so that most of it is text and no placeholder.
WORDS = st.text(st.sampled_from("ab *_`[]()|#\\-1.\n<>!é가"), min_size=1, max_size=20) | st.sampled_from(
    ["Hello {name|there}", "<script>alert(1)</script>", "**Bold** [link](/x)", "- one\n- two", "{n, plural, one {# a} other {# b}}"]
)  # fmt: skip
RULE = st.recursive(
    st.sampled_from([{"trait": "a", "is": 1}, {"event": "e", "within": "P1D"}, {"device": "phone"}, {"path": "/x/*"}, {"share": 0.1, "salt": "s"}]),
    lambda inner: st.fixed_dictionaries({"all": st.lists(inner, max_size=2)}) | st.fixed_dictionaries({"not": inner}),
    max_leaves=4,
)  # fmt: skip
IDS = ["a", "b", "c", "d", "e-1"]
TARGET = st.sampled_from(
    [{"css": "#x"}, {"role": "button", "name": "New"}, {"css": "#nowhere"}, {"css": "main", "nth": 1}]
)
ACTION = st.sampled_from(
    ["next", "back", "close", "skip", "snooze", "never", {"to": "a"}, {"to": "e-1"}, {"start": "other"}, {"open": "/x"}, {"open": "/x", "new_tab": True}, {"emit": "e"}]
)  # fmt: skip
ADVANCE = st.sampled_from(
    [{"on": "next"}, {"on": "click"}, {"on": "click", "target": {"css": "#x"}}, {"on": "input"}, {"on": "input", "pattern": "\\d+"},
     {"on": "element", "target": {"css": "#x"}}, {"on": "element", "target": {"css": "#x"}, "is": "absent"}, {"on": "event", "event": "e"},
     {"on": "path", "path": "/x"}, {"on": "delay", "after": "PT1S"}]
)  # fmt: skip
MEDIA = st.sampled_from(
    [{"src": "/uploads/a.png", "alt": ""}, {"type": "video", "src": "/uploads/a.webm", "alt": "A film", "captions": "/uploads/a.vtt"}]
)  # fmt: skip
STEP = st.fixed_dictionaries(
    {"id": st.sampled_from(IDS), "title": WORDS},
    optional={
        "body": WORDS, "place": st.sampled_from(["auto", "top", "left-end", "center"]), "overlay": st.sampled_from(["none", "spotlight", "blocking"]),
        "outside": st.sampled_from(["ignore", "close", "next"]), "target": TARGET, "on": st.just({"path": "/x"}), "media": MEDIA, "advance": ADVANCE,
        "buttons": st.lists(st.fixed_dictionaries({"text": WORDS, "action": ACTION}, optional={"look": st.sampled_from(["primary", "secondary", "link"])}), max_size=3),
        "if_missing": st.fixed_dictionaries({"wait": st.just("PT1S")}, optional={"then": st.sampled_from(["skip", "end", "centre"])}),
        "then": st.lists(st.fixed_dictionaries({"to": st.sampled_from(["a", "b", "end"])}, optional={"if": RULE}), max_size=2),
        "variants": st.lists(st.fixed_dictionaries({"tone": st.sampled_from(["celebrating", "apologising"]), "if": RULE, "body": WORDS}), max_size=1),
        "open": st.sampled_from(["hover", "focus", "click", "load"]), "test": st.sampled_from([{"fill": "1"}, {"press": "Enter"}, {"emit": "e"}, {"check": True}]),
        "banner": st.fixed_dictionaries({}, optional={"edge": st.sampled_from(["top", "bottom"]), "mode": st.sampled_from(["push", "overlay"])}),
        "done": RULE,
    },
)  # fmt: skip
STEPS = st.integers(1, 4).flatmap(
    lambda count: st.lists(STEP, min_size=count, max_size=count, unique_by=lambda step: step["id"])
)
# What an item of a checklist does not have: it is ticked, not walked through.
NOT_AN_ITEMS = ["target", "on", "advance", "then", "overlay", "place", "outside", "if_missing", "banner"]
TRANSLATION = st.fixed_dictionaries({"text": WORDS, "of": WORDS})


def _fits(kind: str, steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep what the kind has: one step where it has one, a target where it points, ways to steps that are there."""
    kept = steps if kind in ("tour", "modal", "checklist") else steps[:1]
    for step in kept:
        for name in NOT_AN_ITEMS if kind == "checklist" else ["done"]:
            step.pop(name, None)
    ids = {step["id"] for step in kept}
    for step in kept:
        for way in [*step.get("then", []), *(each["action"] for each in step.get("buttons", []))]:
            if isinstance(way, dict) and way.get("to", "end") not in {*ids, "end"}:
                way["to"] = kept[0]["id"]
        if kind != "banner":
            step.pop("banner", None)
        if kind in ("tooltip", "hotspot"):
            step.setdefault("target", {"css": "#x"})
        elif kind != "checklist":
            step.pop("open", None)
        if "target" not in step and step.get("advance", {}).get("on") in ("click", "input"):
            step["target"] = {"css": "#x"}
    return kept


def _whole(drawn: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(drawn)  # what a strategy samples is one object for all examples
    if made["kind"] != "checklist":
        made.pop("title", None)
    return made | {"steps": _fits(made["kind"], made["steps"])}


GUIDE = st.fixed_dictionaries(
    {"format": st.just(1), "key": st.sampled_from(["one", "two"]), "kind": st.sampled_from(["tour", "tour", "modal", "tooltip", "hotspot", "banner", "checklist"]),
     "name": st.just("N"), "language": st.just("en"), "steps": STEPS},
    optional={"audience": RULE, "title": WORDS, "job": WORDS, "priority": st.integers(0, 100), "lint": st.just({"off": []}), "goal": st.just({"event": "e"}),
              "start": st.sampled_from([{"on": "load"}, {"on": "manual"}, {"on": "event", "event": "e"}, {"on": "element", "target": {"css": "#x"}}]),
              "frequency": st.sampled_from([{"repeat": "always"}, {"repeat": "once", "at_most": {"times": 3, "per": "P7D"}}]),
              "translations": st.dictionaries(st.sampled_from(["ko", "de"]), st.dictionaries(st.sampled_from(["steps.a.title", "steps.b.body"]), TRANSLATION, max_size=2), max_size=2)},
).map(_whole)  # fmt: skip
