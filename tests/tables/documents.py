# ruff: noqa: E501
"""A good guide, and what is wrong with others: a change, where it is wrong, the code, and a part of the mend."""

from __future__ import annotations

import copy
from typing import Any

GUIDE: dict[str, Any] = {
    "format": 1,
    "key": "first-invoice",
    "kind": "tour",
    "name": "First invoice",
    "job": "Send a first invoice without help",
    "language": "en",
    "where": {"any": ["/invoices", {"path": "/invoices/:id(\\d+)", "query": {"tab": "*"}}], "not": ["/invoices/print"]},
    "audience": {"all": [{"trait": "plan", "in": ["trial"]}, {"not": {"event": "invoice_sent"}}]},
    "start": {"on": "load", "delay": "PT1S"},
    "frequency": {"repeat": "until_completed", "at_most": {"times": 3, "per": "P7D"}},
    "priority": 60,
    "goal": {"event": "invoice_sent", "within": "P7D"},
    "steps": [
        {
            "id": "open-form",
            "target": {"css": "[data-tour=new-invoice]", "role": "button", "name": "New invoice"},
            "on": {"path": "/invoices"},
            "title": "Start here",
            "body": "Hello {name|there}, press **New invoice**.",
            "advance": {"on": "click"},
        },
        {
            "id": "pay",
            "title": "Send it",
            "body": "{count, plural, one {# invoice waits} other {# invoices wait}}",
            "buttons": [{"id": "later", "text": "Later", "action": "snooze"}, {"text": "Done", "action": "next"}],
            "then": [{"if": {"trait": "role", "is": "admin"}, "to": "open-form"}, {"to": "end"}],
        },
    ],
    "translations": {"ko": {"steps.open-form.title": {"text": "여기서 시작하세요", "of": "Start here"}}},
}


def guide(change: dict[str, Any]) -> dict[str, Any]:
    """The good guide with some members replaced; None takes one away."""
    made = copy.deepcopy(GUIDE) | change
    return {name: value for name, value in made.items() if value is not None}


def step(change: dict[str, Any]) -> dict[str, Any]:
    """A change that replaces the steps by one, which is good but for the change."""
    return {"steps": [{"id": "only", "title": "Title", **change}], "translations": None}


def broken_guides() -> list[tuple[dict[str, Any], str, str, str]]:
    """(change, pointer, code, part of the mend)."""
    return [
        ({"wehre": {"any": ["/"]}}, "/wehre", "unknown_key", "Did you mean “where”?"),
        ({"key": None}, "", "missing_key", "Add “key”"),
        ({"key": "First Invoice"}, "/key", "wrong_form", "first-invoice"),
        ({"key": "first-invoice\n"}, "/key", "wrong_form", "first-invoice"),
        ({"kind": "tuor"}, "/kind", "unknown_value", "Did you mean “tour”?"),
        ({"name": ""}, "/name", "too_short", "at least 1 character"),
        ({"name": "n" * 121}, "/name", "too_long", "120"),
        ({"name": 5}, "/name", "wrong_type", "text"),
        ({"language": "en_US"}, "/language", "wrong_form", "pt-BR"),
        ({"priority": 101}, "/priority", "out_of_range", "at most 100"),
        ({"priority": 1.5}, "/priority", "wrong_type", "a whole number"),
        ({"steps": []}, "/steps", "too_short", "at least 1 item"),
        ({"steps": {}}, "/steps", "wrong_type", "a list"),
        ({"start": {"on": "laod"}}, "/start", "unknown_value", "Did you mean “load”?"),
        ({"start": {"on": "element"}}, "/start", "missing_key", "Add “target”"),
        ({"start": {"delay": "PT1S"}}, "/start", "unknown_value", "Choose “on” from: load"),
        ({"start": {"on": "load", "delay": "5s"}}, "/start/delay", "wrong_form", "P7D or PT30S"),
        ({"goal": {"event": "x", "within": "P"}}, "/goal/within", "wrong_form", "P7D"),
        ({"frequency": "once"}, "/frequency", "wrong_type", "an object"),
        ({"frequency": {"repeat": "daily"}}, "/frequency/repeat", "unknown_value", "until_completed"),
        ({"audience": {"trait": "plan"}}, "/audience", "too_short", "Add one of: account, after"[:11]),
        ({"audience": {"trait": "plan", "equals": "x"}}, "/audience/equals", "unknown_key", "Known here"),
        ({"audience": {"trait": "plan", "iss": "x"}}, "/audience/iss", "unknown_key", "Did you mean “is”?"),
        ({"audience": {"traits": "plan", "is": "x"}}, "/audience", "unknown_clause", "Did you mean “trait”?"),
        ({"audience": {"trait": "a", "is": 1, "in": [1]}}, "/audience", "too_long", "2"),
        ({"audience": {"all": [{"trait": "a", "more_than": "5"}]}}, "/audience/all/0/more_than", "wrong_type", "a number"),
        ({"audience": {"share": 0.5}}, "/audience", "missing_key", "Add “salt”"),
        ({"audience": {"share": 5, "salt": "x"}}, "/audience/share", "out_of_range", "at most 1"),
        ({"audience": {"device": "mobile"}}, "/audience/device", "unknown_value", "phone"),
        ({"audience": {"trait": "a", "before": "tomorrow"}}, "/audience/before", "bad_time", "2027-01-31"),
        ({"audience": {"trait": "a", "after": "2026-02-30"}}, "/audience/after", "bad_time", "2027-01-31"),
        ({"audience": {"time": {"from": "9:00"}}}, "/audience/time/from", "bad_time", "time zone"),
        ({"audience": {"time": {"hours": {"from": "9", "to": "17:00"}}}}, "/audience/time/hours/from", "wrong_form", "09:30"),
        ({"audience": {"path": "invoices"}}, "/audience/path", "bad_pattern", "Write /invoices"),
        ({"where": {"any": ["/a/(b(c))"]}}, "/where/any/0", "bad_pattern", "without groups in it"),
        ({"where": {"any": [{"path": "/:id/:id"}]}}, "/where/any/0/path", "bad_pattern", "its own name"),
        ({"where": {"any": ["/*/*/*/*/*"]}}, "/where/any/0", "bad_pattern", ":name"),
        ({"where": {"any": ["/{a"]}}, "/where/any/0", "bad_pattern", "End the group"),
        ({"where": {"any": [5]}}, "/where/any/0", "wrong_type", "text or an object"),
        ({"translations": {"en": {}}}, "/translations/en", "own_language", "in the steps"),
        ({"translations": {"ko": {"name": {"text": "x", "of": "y"}}}}, "/translations/ko/name", "unknown_text", "steps.<step>.title"),
        ({"translations": {"ko": {"steps.pay.title": {"text": "x"}}}}, "/translations/ko/steps.pay.title", "missing_key", "Add “of”"),
        ({"translations": {"ko": {"steps.pay.title": {"text": "{x", "of": "y"}}}}, "/translations/ko/steps.pay.title/text", "bad_placeholder", "{name|there}"),
        ({"test": {"branches": [["open-form", "pya"]]}}, "/test/branches/0/1", "unknown_step", "Did you mean “pay”?"),
        ({"kind": "tooltip"}, "/steps", "too_many_steps", "Make it a tour"),
        ({"kind": "hotspot", **step({})}, "/steps/0", "no_target", "Add “target”"),
        ({"title": "Get started"}, "/title", "not_here", "title of a step"),
        (step({"done": {"event": "paid"}}), "/steps/0/done", "not_here", "Take it out"),
        ({"kind": "checklist", **step({"target": {"css": "#x"}})}, "/steps/0/target", "not_here", "Take it out"),
        ({"kind": "checklist", "steps": [{"id": "only", "body": "x"}], "translations": None}, "/steps/0", "no_title", "Add “title”"),
        ({"kind": "checklist", **step({"done": {"event": 7}})}, "/steps/0/done/event", "wrong_type", "text"),
        (step({"title": None, "body": None}) | {"steps": [{"id": "only"}]}, "/steps/0", "missing_key", "title"),
        (step({"id": "Only"}), "/steps/0/id", "wrong_form", "lower-case"[:0]),
        (step({"id": "end"}), "/steps/0/id", "reserved_id", "another id"),
        ({"steps": [{"id": "a", "title": "x"}, {"id": "a", "title": "y"}], "translations": None}, "/steps/1/id", "repeated_step", "its own id"),
        (step({"place": "botom"}), "/steps/0/place", "unknown_value", "Did you mean “bottom”?"),
        (step({"then": [{"to": "onyl"}]}), "/steps/0/then/0/to", "unknown_step", "Did you mean “only”?"),
        (step({"buttons": [{"text": "x", "action": {"to": "nope"}}]}), "/steps/0/buttons/0/action/to", "unknown_step", "The steps are: only"),
        (step({"buttons": [{"text": "x", "action": "nxt"}]}), "/steps/0/buttons/0/action", "unknown_value", "Did you mean “next”?"),
        (step({"buttons": [{"text": "x", "action": {"goto": "only"}}]}), "/steps/0/buttons/0/action", "unknown_clause", "to, start, open, emit"),
        (step({"buttons": [{"text": "x", "action": {"open": "javascript:alert(1)"}}]}), "/steps/0/buttons/0/action/open", "bad_address", "https://"),
        (step({"buttons": [{"id": "a", "text": "x", "action": "next"}] * 2}), "/steps/0/buttons/1/id", "repeated_button", "its own id"),
        (step({"body": "[x](javascript:alert(1))"}), "/steps/0/body", "bad_address", "https://"),
        (step({"body": "![x](data:image/png;base64,AA)"}), "/steps/0/body", "bad_address", "https://"),
        (step({"media": {"src": "file:///etc/passwd", "alt": ""}}), "/steps/0/media/src", "bad_address", "https://"),
        (step({"media": {"src": "/uploads/x.png"}}), "/steps/0/media", "missing_key", "Add “alt”"),
        (step({"body": "Hello {name"}), "/steps/0/body", "bad_placeholder", "{name|there}"),
        (step({"body": "a } b"}), "/steps/0/body", "bad_placeholder", "\\}"),
        (step({"body": "{n, plural, one {x}}"}), "/steps/0/body", "bad_placeholder", "other is always needed"),
        (step({"advance": {"on": "click"}}), "/steps/0/advance", "no_target", "Add “target”"),
        (step({"advance": {"on": "input", "pattern": "(a+)+$"}, "target": {"css": "#x"}}), "/steps/0/advance/pattern", "bad_expression", "repeated group"),
        (step({"advance": {"on": "input", "pattern": "[a-"}, "target": {"css": "#x"}}), "/steps/0/advance/pattern", "bad_expression", "classes"),
        (step({"advance": {"on": "input", "pattern": "(?P<a>x)"}, "target": {"css": "#x"}}), "/steps/0/advance/pattern", "bad_expression", "JavaScript"),
        (step({"advance": {"on": "path", "path": "done"}}), "/steps/0/advance/path", "bad_pattern", "Write /done"),
        (step({"on": {}}), "/steps/0/on", "too_short", "Add one of"),
        (step({"target": {}}), "/steps/0/target", "too_short", "Add one of"),
        (step({"target": {"css": ""}}), "/steps/0/target/css", "too_short", "at least 1"),
        (step({"test": {"expect_failure": {"code": "x", "reason": "y", "until": "soon"}}}), "/steps/0/test/expect_failure/until", "wrong_form", "2027-01-31"),
        (step({"variants": [{"tone": "happy", "if": {"all": []}}]}), "/steps/0/variants/0/tone", "unknown_value", "celebrating"),
        ({"name": "half \ud800 character"}, "/name", "bad_text", "again"),
        (step({"on": {"open": "javascript:alert(1)"}}), "/steps/0/on/open", "bad_address", "https://"),
        ({"test": {"open": "data:text/html,x"}}, "/test/open", "bad_address", "https://"),
        ({"priority": 2**53 + 1}, "/priority", "bad_number", "2^53"),
    ]  # fmt: skip
