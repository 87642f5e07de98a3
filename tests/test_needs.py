"""What a compiled guide needs of the widget is known when it is published, so that no page loads more."""

from __future__ import annotations

from typing import Any

import pytest
from handrail_guides.manifest import LiveGuide, ReleaseInput, compile_guide, compile_release
from handrail_guides.needs import is_plain

PLAIN_STEP = {"id": "one", "target": {"css": "#new"}, "title": "Start", "body": "Every **invoice** begins here."}


def guide(*steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    made = [PLAIN_STEP | {"id": f"s{place}"} | step for place, step in enumerate(steps)]
    return {"format": 1, "key": "g", "kind": "tour", "name": "G", "language": "en", "steps": made, **fields}


def needs(*steps: dict[str, Any]) -> list[str]:
    return compile_guide(guide(*steps), "en", 1, "0" * 64)["parts"]


def release_needs(segments: dict[str, Any] | None = None, **fields: Any) -> list[str]:
    live = LiveGuide(guide({}, **fields), 1, "0" * 64)
    given = ReleaseInput(1, "production", {"collect": "/x"}, [live], segments or {})
    return compile_release(given).manifest["parts"]


# covers W26
def test_a_plain_tour_needs_nothing_more() -> None:
    clicked = {"advance": {"on": "click"}, "on": {"path": "/invoices/:id"}}
    buttons = {"buttons": [{"text": "Back", "action": "back"}, {"text": "Go", "action": "next"}]}
    branch = {"then": [{"if": {"trait": "role", "in": ["admin"]}, "to": "s0"}]}
    assert needs({}, clicked, buttons, branch) == []


@pytest.mark.parametrize(
    ("step", "needed"),
    [
        ({"advance": {"on": "delay", "after": "PT3S"}}, ["advance"]),
        ({"advance": {"on": "path", "path": "/a{/b}?"}}, ["advance", "rules"]),
        ({"buttons": [{"text": "Later", "action": "snooze"}]}, ["deeds"]),
        ({"outside": "close"}, ["deeds"]),
        ({"buttons": [{"text": "Docs", "action": {"open": "https://example.com"}}]}, ["deeds"]),
        ({"body": "Read [more](https://example.com)."}, ["rich"]),
        ({"body": "- one\n- two"}, ["rich"]),
        ({"body": "Hello {name|you}"}, ["rich"]),
        ({"title": "Press `Enter`"}, ["rich"]),
        ({"media": {"src": "/f.png", "alt": ""}}, ["rich"]),
        ({"variants": [{"tone": "celebrating", "if": {"event": "saved"}, "body": "See [this](/x)"}]}, ["rich"]),
        ({"then": [{"if": {"all": [{"not": {"device": ["phone"]}}]}, "to": "end"}]}, ["rules"]),
        ({"on": {"path": "/caf\u00e9"}}, ["rules"]),
        ({"advance": {"on": "element", "target": {"css": "#new"}}}, ["advance", "wait"]),
        ({"then": [{"if": {"not": {"element": {"css": "#new"}}}, "to": "end"}]}, ["rules", "wait"]),
    ],
    ids=str,
)
def test_what_few_guides_have_is_named(step: dict[str, Any], needed: list[str]) -> None:
    assert needs(step) == needed


@pytest.mark.parametrize(
    ("fields", "needed"),
    [
        ({}, []),
        ({"audience": {"any": [{"trait": "plan", "in": ["trial", True, None, "7a"]}, {"event": "saved"}]}}, []),
        ({"where": {"any": ["/a", {"path": "/b/:id"}], "not": ["/a/*"]}}, []),
        ({"frequency": {"repeat": "once", "snooze": "P2D"}}, []),
        ({"frequency": {"repeat": "always", "every": "P7D"}}, ["caps"]),
        ({"frequency": {"at_most": {"times": 3}}, "audience": {"share": 0.5, "salt": "s"}}, ["caps", "rules"]),
        ({"where": {"any": [{"host": "*.example.com", "path": "/b/:id"}]}}, ["rules"]),
        ({"where": {"not": [{"query": {"tab": "x"}}]}}, ["rules"]),
        ({"audience": {"event": "saved", "within": "P7D"}}, ["rules"]),
        ({"audience": {"event": "saved", "count": {"at_least": 1}}}, ["rules"]),
        ({"audience": {"account": "size", "is": 3}}, ["rules"]),
        ({"audience": {"not": {"trait": "size", "in": ["a", "-3.5"]}}}, ["rules"]),
        ({"audience": {"trait": "seats", "more_than": 3}}, ["rules"]),
        ({"audience": {"trait": "since", "within": "P7D"}}, ["rules"]),
        ({"where": {"not": ["/a/(\\d+)"]}}, ["rules"]),
    ],
    ids=str,
)
def test_a_release_needs_more_where_a_rule_a_page_or_a_frequency_is_rare(
    fields: dict[str, Any], needed: list[str]
) -> None:
    assert release_needs(**fields) == needed


def test_the_rules_of_segments_count() -> None:
    segment = {"format": 1, "key": "late", "name": "Late", "rule": {"time": {"from": "2027-01-01"}}}
    assert release_needs({"late": segment}, audience={"segment": "late"}) == ["rules"]


@pytest.mark.parametrize("pattern", ["/", "/a/b", "/a/*", "/:id/edit", "*", "example.com", "/a.b-c_d~e"])
def test_plain_patterns(pattern: str) -> None:
    assert is_plain(pattern)


@pytest.mark.parametrize("pattern", ["/:a/:a", "/:id*", "/:id?", "/**", "/(x)", "/{a}", "/a\\*", "/a b", "/é", "/:a$"])
def test_patterns_that_are_not(pattern: str) -> None:
    assert not is_plain(pattern)
