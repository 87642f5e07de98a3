# ruff: noqa: E501
"""Importers: what other libraries and products had, and what could not be carried over, by name.

The documents of driver.js, Shepherd.js and Intro.js were made by those libraries at pinned versions, PostHog's was
shown by posthog-js (tests/importers).
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from handrail_cms.cli import handrail
from handrail_guides.errors import GuideProblems
from handrail_guides.importers.reader import SOURCES, import_text, recognise
from handrail_guides.manifest import compile_preview
from handrail_guides.validate import validate
from hypothesis import given, settings
from hypothesis import strategies as st

MADE = Path(__file__).parent / "importers"


def imported(config: Any, name: str = "First tour", source: str | None = None) -> Any:
    found, guides = import_text(json.dumps(config), name, source)
    for each in guides:
        assert validate(each.document) == [], each.document
        compile_preview(each.document)
    return found, guides


def made_by(library: str) -> dict[str, Any]:
    return json.loads((MADE / f"{library}.json").read_bytes())["config"]


def test_a_driver_js_tour_is_read() -> None:
    source, [guide] = imported(made_by("driver"))
    assert source == "driver.js"
    first, second, last = guide.document["steps"]
    assert first["title"] == "Start **here**"
    assert first["body"] == "Every invoice begins with *New invoice*."
    assert (first["target"], first["place"]) == ({"css": "[data-tour=new]"}, "bottom-start")
    assert second["body"] == "What \\{you\\} are owed.\\\nUpdated [hourly](/help)."
    assert second["overlay"] == "blocking"
    assert last["body"] == "That's all."
    assert "target" not in last
    assert any("nextBtnText" in note for note in guide.left)
    assert any("overlayColor" in note and "theme" in note for note in guide.left)


def test_a_shepherd_tour_is_read() -> None:
    source, [guide] = imported(made_by("shepherd"))
    assert source == "shepherd"
    assert guide.document["name"] == "First invoice"
    first, second, last = guide.document["steps"]
    assert (first["id"], first["body"], first["overlay"], first["place"]) == (
        "start",
        "Press **New**.",
        "spotlight",
        "bottom-start",
    )
    assert first["advance"] == {"on": "click"}
    assert [(button["text"], button["action"], button.get("look")) for button in first["buttons"]] == [
        ("Exit", "close", None), ("Next", "next", "primary")]  # fmt: skip
    assert second["body"] == "One.\n\nTwo."
    assert second["overlay"] == "blocking"
    assert [button["action"] for button in second["buttons"]] == ["back"]
    assert last["buttons"][0]["action"] == "close"
    assert any("“Run” ran code" in note for note in guide.left)


def test_an_intro_js_tour_and_its_hints_are_read() -> None:
    source, [tour, hint] = imported(made_by("intro"))
    assert source == "intro.js"
    first, second, last = tour.document["steps"]
    assert (first["title"], first["body"], first["place"]) == ("Start", "Press **New invoice**", "bottom-end")
    assert second["body"] == "Your total\n\n- net\n- gross"
    assert second["overlay"] == "blocking"
    assert last["body"] == "The end"
    assert any("nextLabel" in note for note in tour.left)
    assert any("tooltipClass" in note for note in tour.left)
    assert any("<u>" in note for note in tour.left)
    assert (hint.document["kind"], hint.document["steps"][0]["target"]) == ("hotspot", {"css": "#help"})


MOODLE = {
    "name": "Find your courses", "description": "For new students", "pathmatch": "/my/%", "enabled": "1", "sortorder": "3",
    "configdata": json.dumps({"placement": "right", "orphan": "0", "backdrop": "1", "reflex": "0",
                              "filtervalues": {"role": ["-1", "student"], "course": ["0"], "category": ["4"], "theme": [],
                                               "cssselector": ["#page-my-index", ".dashboard"], "accessdate": {"filter_accessdate_enabled": "1"}}}),
    "version": "2021101301", "displaystepnumbers": True,
    "steps": [
        {"title": "Second", "content": "<p>Open the <b>index</b>.</p>", "contentformat": "1", "targettype": "1", "targetvalue": "myoverview", "sortorder": "1", "configdata": json.dumps({"placement": "top", "orphan": "1"}), "files": [{"name": "a.png"}]},
        {"title": "First", "content": "<p>Welcome</p>", "targettype": "2", "targetvalue": "", "sortorder": "0", "configdata": "{}"},
        {"title": "tour_navigation_title,tool_usertours", "content": "Click it", "targettype": "0", "targetvalue": "[data-region=drawer-toggle]", "sortorder": "2", "configdata": json.dumps({"reflex": "1", "backdrop": "0"})},
    ],
}  # fmt: skip


def test_a_moodle_tour_is_read() -> None:
    source, [guide] = imported(MOODLE)
    document = guide.document
    assert source == "moodle"
    assert document["where"] == {"any": ["/my/*"]}
    assert document["audience"] == {
        "all": [{"trait": "role", "in": ["admin", "student"]}, {"element": {"css": "#page-my-index, .dashboard"}}]
    }
    first, second, third = document["steps"]
    assert (first["title"], first["overlay"]) == ("First", "spotlight")
    assert (second["target"]["css"], second["place"], second["if_missing"]) == (
        ".block_myoverview",
        "top",
        {"then": "centre"},
    )
    assert (third["advance"], third["overlay"], third["if_missing"]) == ({"on": "click"}, "none", {"then": "skip"})
    assert any("language string" in note for note in guide.left)
    assert any("its pictures" in note for note in guide.left)
    assert any("site administrators" in note for note in guide.changed)
    assert any("filter category" in note for note in guide.left)
    assert any("filter accessdate" in note for note in guide.left)


def test_a_posthog_tour_is_read() -> None:
    source, [guide] = imported({"count": 1, "next": None, "results": made_by("posthog")["product_tours"]})
    document = guide.document
    assert source == "posthog"
    assert document["where"] == {"any": [{"host": "host.test", "path": "/dash*"}]}
    assert document["start"] == {"on": "load", "delay": "PT1S"}
    assert document["frequency"] == {"repeat": "until_dismissed"}
    assert document["audience"] == {"device": ["desktop", "phone"]}
    first, last = document["steps"]
    assert (first["title"], first["overlay"], first["advance"]) == ("New here?", "none", {"on": "click"})
    assert first["body"].startswith("Press **New** or [read](/docs)")
    assert "- one" in first["body"].replace("\n\n", "\n")
    assert first["target"] == {"css": "main button", "text": "New invoice"}
    assert document["translations"]["de"][f"steps.{first['id']}.title"] == {"text": "Neu hier?", "of": "New here?"}
    assert [button["action"] for button in last["buttons"]] == [
        "close",
        {"open": "https://example.com/docs", "new_tab": True},
    ]
    assert any("survey" in note for note in guide.left)
    assert any("tour-flag" in note for note in guide.left)
    assert any("linkedFlagVariant" in note for note in guide.left)


def _usertour_group(*elements: dict[str, Any]) -> dict[str, Any]:
    return {
        "element": {"type": "group"},
        "children": [
            {"element": {"type": "column"}, "children": [{"element": each, "children": None} for each in elements]}
        ],
    }


USERTOUR = {
    "id": "cm1", "name": "Invite a colleague", "type": "flow", "published": True,
    "publishedVersion": {
        "id": "v1", "sequence": 2, "config": {"enabledAutoStartRules": True, "enabledHideRules": False, "autoStartRules": [
            {"id": "r1", "type": "current-page", "data": {"includes": ["/team/*"], "excludes": []}},
            {"id": "r2", "type": "user-attr", "data": {"logic": "is", "attrId": "x", "value": "admin"}}],
            "autoStartRulesSetting": {"frequency": {"frequency": "once"}}},
        "steps": [
            {"name": "Open the form", "type": "tooltip", "cvid": "s1", "sequence": 0, "target": {"type": "auto", "content": "Invite", "selectorsList": ["#invite"], "actions": [{"type": "step-goto", "data": {"stepCvid": "s2"}}]},
             "setting": {"side": "bottom", "align": "start", "enabledBackdrop": True, "enabledBlockTarget": False},
             "data": [_usertour_group({"type": "text", "data": [{"type": "paragraph", "children": [{"text": "Hello ", "bold": True}, {"text": "team"}]}]})]},
            {"name": "Send it", "type": "modal", "cvid": "s2", "sequence": 1, "setting": {"enabledBackdrop": False},
             "trigger": [{"id": "t", "actions": [], "conditions": []}],
             "data": [_usertour_group({"type": "text", "data": [{"type": "paragraph", "children": [{"text": "Now press send."}]}]}, {"type": "nps", "data": {}},
                                      {"type": "button", "data": {"text": "Back", "type": "default", "actions": [{"type": "step-goto", "data": {"stepCvid": "s1"}}]}},
                                      {"type": "button", "data": {"text": "Docs", "type": "primary", "actions": [{"type": "page-navigate", "data": {"value": [{"type": "paragraph", "children": [{"text": "https://example.com/docs"}]}]}}]}},
                                      {"type": "button", "data": {"text": "Close", "type": "primary", "actions": [{"type": "flow-dismis", "data": {}}]}})]},
        ],
    },
}  # fmt: skip


def test_a_usertour_flow_is_read() -> None:
    source, [guide] = imported(USERTOUR)
    document = guide.document
    assert source == "usertour"
    assert document["where"] == {"any": ["/team/*"]}
    assert document["frequency"] == {"repeat": "once"}
    first, second = document["steps"]
    assert first["body"].replace(" ", "") == "**Hello**team"
    assert (first["target"], first["place"]) == ({"css": "#invite", "text": "Invite"}, "bottom-start")
    assert (first["advance"], first["then"]) == ({"on": "click"}, [{"to": "send-it"}])
    assert [button["action"] for button in second["buttons"]] == [
        {"to": "open-the-form"},
        {"open": "https://example.com/docs"},
        "close",
    ]
    for words in ("user-attr", "nps", "triggers"):
        assert any(words in note for note in guide.left), words


def test_a_usertour_flow_is_read_as_it_is_written_to_its_api() -> None:
    text = {"type": "text", "markdown": "# Welcome\n\nA short tour."}
    to_tasks = {
        "type": "button",
        "text": "Start",
        "variant": "primary",
        "actions": [{"type": "goto_step", "step": "tasks"}],
    }
    close = {"type": "button", "text": "Finish", "variant": "primary", "actions": [{"type": "dismiss"}]}
    written = {
        "steps": [
            {"key": "welcome", "name": "Welcome", "type": "modal", "content": [text, {"type": "columns", "columns": [{"blocks": [to_tasks]}]}]},
            {"key": "tasks", "name": "Tasks", "type": "tooltip", "target": {"selector": "#tasks"}, "content": [{"type": "text", "markdown": "Your work."}, close]},
        ],
        "startRules": {"when": [{"type": "current_url", "includes": ["*/dashboard"]}], "frequency": {"mode": "once"}},
    }  # fmt: skip
    for body in (written, {"steps": written["steps"]}):
        source, [guide] = imported(body)
        assert source == "usertour"
        first, second = guide.document["steps"]
        assert [first["id"], second["id"]] == ["welcome", "tasks"]
        assert (first["title"], first["body"]) == ("Welcome", "A short tour.")
        assert first["buttons"][0]["action"] == {"to": "tasks"}
        assert second["target"] == {"css": "#tasks"}
        assert guide.document.get("where", {"any": ["*/dashboard"]}) == {"any": ["*/dashboard"]}


def test_a_usertour_checklist_is_read() -> None:
    data = {
        "buttonText": "Get started",
        "initialDisplay": "expanded",
        "items": [
            {"name": "Create a task", "clickActions": [{"type": "navigate", "url": "/tasks"}], "completeWhen": [{"type": "task_clicked"}]},
            {"name": "Invite a colleague", "completeWhen": [{"type": "event", "event": "member_invited"}]},
            {"name": "Buy", "description": "It is *cheap*.", "completeWhen": [{"type": "attribute", "scope": "user", "attribute": "plan", "op": "is", "value": "pro"}]},
            {"name": "Read", "clickActions": [{"type": "start_content"}], "completeWhen": [{"type": "content_seen"}]},
        ],
    }  # fmt: skip
    source, [guide] = imported({"data": data})
    assert source == "usertour"
    assert (guide.document["kind"], guide.document["title"]) == ("checklist", "Get started")
    assert guide.document["steps"] == [
        {"id": "create-a-task", "title": "Create a task", "buttons": [{"text": "Open", "action": {"open": "/tasks"}}]},
        {"id": "invite-a-colleague", "title": "Invite a colleague", "done": {"event": "member_invited"}},
        {"id": "buy", "title": "Buy", "body": "It is *cheap*.", "done": {"trait": "plan", "is": "pro"}},
        {"id": "read", "title": "Read"},
    ]
    assert any("content_seen" in note for note in guide.left)
    assert any("start_content" in note for note in guide.left)


def test_a_usertour_flow_is_read_as_its_api_answers() -> None:
    answer = json.loads((MADE / "usertour_api.json").read_bytes())
    source, [guide] = imported(answer)
    document = guide.document
    assert source == "usertour"
    assert (document["name"], document["where"], document["priority"]) == (
        "Invite a colleague",
        {"any": ["/team/*"]},
        70,
    )
    assert document["audience"] == {"all": [
        {"trait": "plan", "is": "trial"},
        {"any": [{"account": "seats", "exists": False}, {"element": {"css": ".empty"}, "is": "present"}]},
    ]}  # fmt: skip
    assert (document["start"], document["frequency"]) == (
        {"on": "load", "delay": "PT5S"},
        {"repeat": "until_completed"},
    )
    first, second = document["steps"]
    assert (first["title"], first["body"]) == (
        "Invite",
        "Hi {first_name|there}, press **Invite** or [read](/docs).\n\n**Then**\n\n- send",
    )
    assert (first["target"], first["place"], first["overlay"]) == (
        {"css": "#invite", "text": "Invite"},
        "bottom-start",
        "blocking",
    )
    assert (first["advance"], first["then"]) == ({"on": "click"}, [{"to": "send-it"}])
    assert second["media"] == {"src": "https://example.com/a.png", "alt": "The form"}
    assert [(each["text"], each["action"], each["look"]) for each in second["buttons"]] == [
        ("Back", {"to": "open-the-form"}, "secondary"),
        ("Docs", {"open": "/docs", "new_tab": True}, "primary"),
        ("Close", "close", "primary"),
    ]
    for words in ("segment", "question", "run_javascript", "explicitCompletionStep", "triggers", "hidden"):
        assert any(words in note for note in guide.left), (words, guide.left)
    assert imported(answer["editedVersion"], "Alone")[1][0].document["steps"] == document["steps"]


def test_the_command_writes_guides_and_says_what_it_left_out(tmp_path: Path) -> None:
    source = tmp_path / "first tour.json"
    source.write_text(json.dumps(made_by("shepherd")), encoding="utf-8")
    run = CliRunner()
    made = run.invoke(handrail, ["import", str(source), "--to", str(tmp_path)])
    assert made.exit_code == 0, made.output
    assert "not carried over: steps[1]: the button “Run” ran code; it is left out" in made.output
    assert (tmp_path / "guides/first-invoice.json").is_file()
    again = run.invoke(handrail, ["import", str(source), "--to", str(tmp_path)])
    assert again.exit_code == 2
    assert "--force" in again.output
    assert run.invoke(handrail, ["validate", str(tmp_path / "guides")]).exit_code == 0


def test_several_files_become_guides_at_once_or_none_does(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text(json.dumps(made_by("shepherd")), encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    run = CliRunner()
    files = [str(tmp_path / f"{name}.json") for name in ("one", "two")]
    refused = run.invoke(handrail, ["import", *files, str(tmp_path / "broken.json"), "--to", str(tmp_path)])
    assert refused.exit_code != 0
    assert not (tmp_path / "guides").exists()
    made = run.invoke(handrail, ["import", *files, "--to", str(tmp_path), "--json"])
    assert made.exit_code == 0, made.output
    assert [Path(each["file"]).name for each in json.loads(made.output)["guides"]] == [
        "first-invoice.json",
        "first-invoice-2.json",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "not_json"),
        ("{}", "unknown_source"),
        ("[]", "unknown_source"),
        ('{"steps": []}', "unknown_source"),
        ('{"tour_type": "tour", "steps": []}', "no_steps"),
        ("5", "unknown_source"),
    ],
)
def test_what_no_importer_reads_is_refused_with_a_mend(text: str, code: str) -> None:
    with pytest.raises(GuideProblems) as caught:
        import_text(text, "x")
    [problem] = caught.value.problems
    assert problem.code == code
    assert problem.mend


ODD = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=8)
    | st.just([])
    | st.just({})
    | st.lists(st.text(max_size=3), max_size=2)
)


@settings(deadline=None, max_examples=1000)
@given(
    st.sampled_from(
        [
            made_by("driver"),
            made_by("shepherd"),
            made_by("intro"),
            MOODLE,
            made_by("posthog")["product_tours"][0],
            USERTOUR,
            json.loads((MADE / "usertour_api.json").read_bytes()),
        ]
    ),
    st.data(),
)
def test_a_document_with_odd_members_is_read_or_refused_and_never_breaks_an_importer(config: Any, data: Any) -> None:
    made, holders = copy.deepcopy(config), []
    stack = [made]
    while stack:
        here = stack.pop()
        if isinstance(here, dict) and here:
            holders.append(here)
        stack += list(here.values()) if isinstance(here, dict) else here if isinstance(here, list) else []
    for _ in range(data.draw(st.integers(1, 3))):
        holder = data.draw(st.sampled_from(holders))
        holder[data.draw(st.sampled_from(sorted(holder)))] = data.draw(ODD)
    try:
        _, guides = import_text(json.dumps(made), "x")
    except GuideProblems:
        return
    for guide in guides:
        assert guide.document["steps"]
        validate(guide.document)


def test_each_source_is_recognised_by_its_content() -> None:
    found = [
        recognise(each)
        for each in (
            made_by("driver"),
            made_by("shepherd"),
            made_by("intro"),
            made_by("posthog")["product_tours"][0],
            USERTOUR,
            MOODLE,
        )
    ]
    assert found == list(SOURCES)
