"""Lists of many guides: what they show is written down when a draft is saved, and a broken draft breaks no page."""

from __future__ import annotations

import copy
import random
from contextlib import suppress
from typing import Any, cast

import pytest
from handrail_cms import publish, standing
from handrail_cms.errors import Refused
from handrail_cms.storage.summaries import row_of
from handrail_guides.localise import statuses
from handrail_guides.readable import readable
from handrail_guides.shape import shape_problems
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.conftest import OPERATOR, Site, guide
from tests.server.test_pages import GUIDE_PAGES, HTML, PAGES, fill, text_of

JUNK: tuple[Any, ...] = (None, True, -1, 1.5, "", "x", [], {}, [1], ["x"], [None], {"x": 1}, {"any": 3}, [[]])
FULL: dict[str, Any] = {
    **guide("broken"),
    "audience": {"all": [{"trait": "plan", "is": "trial"}, {"event": "paid", "within": "P7D"}]},
    "where": {"any": ["/a", {"path": "/b"}], "not": ["/c"]},
    "start": {"on": "element", "target": {"css": "#x"}},
    "frequency": {"repeat": "once", "at_most": {"times": 3, "per": "P7D"}},
    "goal": {"event": "paid", "within": "P7D"},
    "theme": "brand",
    "translations": {"ko": {"steps.start.title": {"text": "여기", "of": "Start here"}}},
    "steps": [
        {
            "id": "start",
            "title": "Start here",
            "target": {"css": "#new"},
            "buttons": [{"id": "go", "text": "Go", "action": {"open": "/x"}}],
            "then": [{"if": {"trait": "role", "is": "admin"}, "to": "last"}],
            "advance": {"on": "delay", "after": "PT2S"},
            "if_missing": {"wait": "PT8S", "then": "skip"},
        },
        {"id": "last", "title": "Done", "body": "All done."},
    ],
}


def spoiled(document: dict[str, Any], seed: int) -> dict[str, Any]:
    """The document with up to three of its parts gone, or something else than belongs there."""
    chance, made = random.Random(seed), copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        holder, name = chance.choice(list(parts(made)))
        if chance.random() < 0.25:
            del holder[name]
        else:
            holder[name] = copy.deepcopy(chance.choice(JUNK))
    return made | {"key": document["key"]}


def parts(value: Any) -> Any:
    """Every part below the document, as (what holds it, its name or place)."""
    names: Any = ()
    if isinstance(value, dict):
        names = list(cast("dict[str, Any]", value))
    elif isinstance(value, list):
        names = range(len(cast("list[Any]", value)))
    for name in names:
        yield value, name
        yield from parts(value[name])


@given(seed=st.integers(0, 10**9))
@settings(max_examples=200, deadline=None)
def test_what_is_read_of_a_broken_draft_has_the_shape_of_a_guide(seed: int) -> None:
    read = readable(spoiled(FULL, seed))
    wrong = [one.code for one in shape_problems(read, "guide")]
    assert not {"wrong_type", "unknown_clause"} & set(wrong), wrong
    assert all("id" in step for step in read["steps"])
    assert set(statuses(read, "ko").values()) <= {"current", "stale", "missing", "orphan"}


def test_only_what_is_broken_is_left_out() -> None:
    assert readable(FULL) is FULL
    broken = copy.deepcopy(FULL)
    broken["steps"][0]["title"] = ["no text"]
    broken["frequency"] = 3
    read = readable(broken)
    assert "title" not in read["steps"][0]
    assert "frequency" not in read
    assert read["steps"][1] == FULL["steps"][1]
    assert (read["audience"], read["translations"]) == (FULL["audience"], FULL["translations"])
    assert broken["frequency"] == 3


# covers A6
@pytest.mark.parametrize("seed", range(12))
def test_a_broken_draft_breaks_no_page(site: Site, seed: int) -> None:
    fill(site)
    good = publish.create(site.content, OPERATOR, site.app.id, "guide", FULL)
    publish.publish(site.content, OPERATOR, site.production, [good])
    publish.save_draft(site.content, OPERATOR, good, spoiled(FULL, seed), based_on=good.revision)
    browser = site.signed_in("admin")
    paths = [*PAGES, *(f"/guides/broken{page}" for page in (*GUIDE_PAGES, "/pseudo.json"))]
    paths += [f"/guides/broken/languages/ko.{form}" for form in ("csv", "xlf")]
    answers = {path: browser.get(path, headers=HTML).status_code for path in paths}
    assert {path: status for path, status in answers.items() if status != 200} == {}


def test_translations_are_not_written_over_what_cannot_be_read(site: Site) -> None:
    broken = site.draft(steps=[{"id": "start", "title": "Start here"}, {"id": "last", "title": 3}])
    browser = site.signed_in("author")
    sent = {"to": "ko", "revision": str(broken.revision), "text:steps.start.title": "여기"}
    answer = browser.post("/guides/first-invoice/languages", data=sent)
    assert answer.status_code == 303
    assert "Mend them first" in text_of(browser.get(answer.location, headers=HTML))
    assert site.content.documents.by_id(broken.id).body == broken.body


def test_a_summary_says_what_the_draft_holds(site: Site) -> None:
    draft = site.draft(name="Éclair", audience={"segment": "trial"}, theme="brand", steps=FULL["steps"],
                       translations=FULL["translations"])  # fmt: skip
    site.draft("other", name="Second")
    [found] = site.content.summaries.all(site.app.id, "guide", search="éCL")
    assert (found.name, found.guide_kind, found.steps, found.problems) == ("Éclair", "tour", 2, 0)
    assert found.languages == {
        "": {"current": 0, "stale": 0, "missing": 4},
        "ko": {"current": 1, "stale": 0, "missing": 3},
    }
    assert found.uses == {"segment": ["trial"], "theme": ["brand"]}
    changed = {**draft.body, "name": "Renamed", "steps": [{"id": "start"}]}
    publish.save_draft(site.content, OPERATOR, draft, changed, based_on=draft.revision)
    [found] = site.content.summaries.broken(site.app.id, "guide", limit=5)
    assert (found.key, found.name, found.revision) == ("first-invoice", "Renamed", 2)
    assert site.content.summaries.names(site.app.id, "guide") == {"first-invoice": "Renamed", "other": "Second"}
    assert site.content.summaries.languages(site.app.id) == ["en", "ko"]


def test_drafts_with_problems_are_told_on_the_overview_and_in_the_list(site: Site) -> None:
    site.draft(steps=[{"id": "start"}])
    browser = site.signed_in("author")
    assert "1 problem in the draft" in text_of(browser.get("/", headers=HTML))
    assert "1 problem" in text_of(browser.get("/guides", headers=HTML))


@given(moves=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["publish", "pause", "down"])), max_size=8))
@settings(max_examples=25, deadline=None)
def test_changes_of_releases_are_the_differences_of_what_they_hold(made: Site, moves: list[tuple[str, str]]) -> None:
    content = made.content
    made_now = content.apps.create_environment(made.app.id, f"e{len(content.apps.environments(made.app.id))}", "E",
                                               origins=["https://app.example.com"])  # fmt: skip
    drafts = {key: _found(made, key) for key in "abc"}
    for key, move in moves:
        with suppress(Refused):
            _carry_out(made, made_now, drafts, key, move)
    releases = content.releases.all(made_now.id)[::-1]
    before: dict[int, tuple[int, bool]] = {}
    for release in releases:
        now = {item.document_id: (item.version, item.paused) for item in release.items}
        told = {one.document_id: one for one in content.releases.changes(made_now.id, release.number, release.number)}
        assert set(told) == {one for one in {*now, *before} if now.get(one) != before.get(one)}
        assert all((told[one].version, told[one].paused) == now.get(one, (None, False)) for one in told)
        assert all((told[one].before, told[one].was_paused) == before.get(one, (None, False)) for one in told)
        before = now
    for draft in drafts.values():
        item = content.releases.placed(made_now.id, draft.id)
        assert (None if item is None else (item.version, item.paused)) == before.get(draft.id)
        if item is not None:
            since = [one.at for one in releases if _holds(one, item)]
            assert standing.live_since(content, made_now, draft) in since


def _holds(release: Any, item: Any) -> bool:
    return any((one.document_id, one.version, one.paused) == (item.document_id, item.version, item.paused)
               for one in release.items)  # fmt: skip


def _found(site: Site, key: str) -> Any:
    known = site.content.summaries.names(site.app.id, "guide")
    return site.content.documents.find(site.app.id, "guide", key) if key in known else site.draft(key)


def _carry_out(site: Site, environment: Any, drafts: dict[str, Any], key: str, move: str) -> None:
    site.clock.advance(minutes=1)
    if move == "publish":
        body = {**drafts[key].body, "name": f"Guide {site.clock.now_ms()}"}
        drafts[key] = publish.save_draft(site.content, OPERATOR, drafts[key], body, based_on=drafts[key].revision)
        publish.publish(site.content, OPERATOR, environment, [drafts[key]])
    elif move == "pause":
        item = site.content.releases.placed(environment.id, drafts[key].id)
        publish.pause(site.content, OPERATOR, environment, drafts[key], paused=not (item and item.paused))
    else:
        publish.take_down(site.content, OPERATOR, environment, drafts[key])


def test_a_broken_draft_still_has_a_summary() -> None:
    assert row_of("guide", {"key": "x", "steps": "none", "translations": [1]})["languages"] == "{}"
