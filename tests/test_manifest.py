# ruff: noqa: E501
"""Compilation: every document that validates compiles to what the schema of the manifest allows, and nothing more leaves."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from handrail_guides.document import digest
from handrail_guides.errors import GuideProblems
from handrail_guides.flow import exits
from handrail_guides.folder import load
from handrail_guides.manifest import LiveGuide, ReleaseInput, compile_preview, compile_release, facts
from handrail_guides.schemas import schema
from handrail_guides.shape import shape_problems
from handrail_guides.validate import validate
from hypothesis import assume, given, settings

from tests.tables.any_guide import GUIDE as ANY_GUIDE
from tests.tables.documents import GUIDE, guide

LEDGER = Path(__file__).parents[1] / "examples/ledger"
SEGMENT = {
    "format": 1,
    "key": "on-trial",
    "name": "On trial",
    "rule": {"all": [{"segment": "paying"}, {"event": "seen"}]},
}
PAYING = {"format": 1, "key": "paying", "name": "Paying", "rule": {"account": "tier", "exists": True}}


@settings(deadline=None, max_examples=200)
@given(ANY_GUIDE)
def test_every_document_that_validates_compiles_and_leads_somewhere(document: dict[str, Any]) -> None:
    assume(validate(document) == [])
    compiled = compile_preview(document)
    manifest = {
        "format": 1,
        "release": 1,
        "environment": "e",
        "settings": {"collect": "/c"},
        "guides": [compiled.entry],
    }
    assert shape_problems(manifest, "manifest") == []
    for chunk in compiled.languages.values():
        assert fits_chunk(chunk), chunk
        ids = [step["id"] for step in chunk["steps"]]
        for index in range(len(ids)):
            assert exits(document["steps"], index) <= {*ids, "end"}


def fits_chunk(chunk: dict[str, Any]) -> bool:
    import jsonschema_rs
    from handrail_guides.schemas import BASE, names

    registry = jsonschema_rs.Registry([(schema(name)["$id"], schema(name)) for name in names()])
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"{BASE}manifest.json#/$defs/chunk"}, registry=registry
    ).is_valid(chunk)


def test_the_examples_guides_compile_to_the_schema() -> None:
    for each in load([LEDGER]):
        assert [problem for problem in each.problems if problem.level == "error"] == []
        if each.kind == "guide":
            assert all(fits_chunk(chunk) for chunk in compile_preview(each.document).languages.values())


def release(**members: Any) -> ReleaseInput:
    document = guide({"audience": {"segment": "on-trial"}, "test": {"open": "/invoices"}, "lint": {"off": []}})
    given = {"number": 3, "environment": "production", "settings": {"collect": "/v1/k/events"}, "guides": [LiveGuide(document, 2, digest(document))],
             "segments": {"on-trial": SEGMENT, "paying": PAYING, "unused": PAYING}, "themes": {}} | members  # fmt: skip
    return ReleaseInput(**given)


def test_a_release_holds_chunks_by_their_hash_and_no_word_for_authors_only() -> None:
    made = compile_release(release())
    assert shape_problems(made.manifest, "manifest") == []
    for address, raw in made.chunks.items():
        assert hashlib.sha256(raw).hexdigest() == address
    everything = json.dumps(made.manifest) + "".join(raw.decode() for raw in made.chunks.values())
    for words in ("Send a first invoice without help", "invoice_sent", "/invoices/print"):
        assert (words in everything) == (words == "/invoices/print")
    assert not any(f'"{name}":' in everything for name in ("job", "goal", "test", "lint"))
    assert set(made.manifest["segments"]) == {"on-trial", "paying"}
    assert "title" not in json.dumps(made.manifest)


def test_the_same_release_compiles_to_the_same_bytes() -> None:
    shuffled = release(segments=dict(reversed(release().segments.items())))
    assert compile_release(release()) == compile_release(shuffled)


def test_a_field_at_its_default_is_left_out_of_the_chunk() -> None:
    document = copy.deepcopy(GUIDE)
    document["steps"][0] |= {
        "place": "auto",
        "overlay": "spotlight",
        "outside": "ignore",
        "if_missing": {"wait": "PT8S", "then": "skip"},
    }
    made = compile_preview(document).languages["en"]["steps"][0]
    assert not {"place", "overlay", "outside", "if_missing", "test"} & set(made)


def test_a_release_that_lacks_a_segment_or_theme_says_which_guide_needs_it() -> None:
    document = guide({"audience": {"not": {"segment": "gone"}}, "theme": "missing"})
    with pytest.raises(GuideProblems) as caught:
        compile_release(release(guides=[LiveGuide(document, 1, digest(document))]))
    assert {problem.code for problem in caught.value.problems} == {"unknown_segment", "unknown_theme"}
    assert all("first-invoice" in problem.message for problem in caught.value.problems)


def test_facts_are_what_live_rules_read_those_of_their_segments_too() -> None:
    document = guide({"audience": {"any": [{"segment": "on-trial"}, {"guide": "other", "state": "seen"}]}})
    assert facts([document], {"on-trial": SEGMENT, "paying": PAYING}) == {
        "events": {"seen"},
        "guides": {"other", "first-invoice"},
    }


def test_segments_that_name_one_another_in_a_circle_are_refused() -> None:
    ring = {
        key: {**SEGMENT, "key": key, "rule": {"not": {"segment": other}}}
        for key, other in (("on-trial", "b"), ("b", "on-trial"))
    }
    with pytest.raises(GuideProblems) as caught:
        compile_release(release(segments=ring))
    assert [problem.code for problem in caught.value.problems] == ["segment_loop", "segment_loop"]


def test_a_checklist_names_what_its_facts_and_its_title_need() -> None:
    steps: list[dict[str, Any]] = [{"id": "a", "title": "A", "done": {"element": {"css": "#done"}}}]
    guide = {"format": 1, "key": "list", "kind": "checklist", "name": "List", "language": "en", "steps": steps}
    assert compile_preview(guide).languages["en"]["parts"] == ["rules", "wait"]
    guide |= {"title": "With `code`", "steps": [{"id": "a", "title": "A", "done": {"event": "paid"}}]}
    assert compile_preview(guide).languages["en"]["parts"] == ["rich"]
