# ruff: noqa: E501
"""Advice: each code is given where it should be, with its line, and nowhere on a good guide; each can be turned off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from handrail_cms.cli import handrail
from handrail_guides.contrast import contrast
from handrail_guides.layout import lay_out
from handrail_guides.lint import CODES, Settings, link, lint
from handrail_guides.lint_targets import is_generated
from handrail_guides.reading import grade, sentences
from handrail_guides.validate import validate

from tests.tables.documents import guide

STEP = {"id": "only", "title": "Title"}
THEME = {
    "format": 1,
    "key": "t",
    "name": "T",
    "light": {"background": "#fff", "text": "#767676", "muted": "#aaa"},
    "dark": {"background": "#000", "text": "#333"},
}
LONG = "word " * 70
HARD = "Notwithstanding administrative considerations, organisational stakeholders should systematically operationalise interdepartmental communication methodologies immediately and comprehensively."


def steps(*changes: dict[str, Any], **members: Any) -> dict[str, Any]:
    made = [{"id": f"s{number}", "title": "Title", **change} for number, change in enumerate(changes)]
    return guide({"steps": made, "translations": None, "audience": None, **members})


CASES: list[tuple[dict[str, Any], str, str]] = [
    (steps({"target": {"css": "div > ul > li:nth-child(3)"}}), "brittle_target", "/steps/0/target/css"),
    (steps({"target": {"path": "html/body/div[2]"}}), "brittle_target", "/steps/0/target"),
    (steps({"target": {"css": ".css-1q2w3e4"}}), "generated_name", "/steps/0/target/css"),
    (steps({"target": {"css": "#ember1234 button", "role": "button"}}), "generated_name", "/steps/0/target/css"),
    (steps({"title": "t" * 61}), "long_text", "/steps/0/title"),
    (steps({"body": LONG}), "long_text", "/steps/0/body"),
    (steps({"body": "가" * 150}), "long_text", "/steps/0/body"),
    (steps({"buttons": [{"text": "b" * 30, "action": "next"}]}), "long_text", "/steps/0/buttons/0/text"),
    (steps({"body": HARD}), "hard_to_read", "/steps/0/body"),
    (steps({"body": ("und das " * 20) + "."}, language="de"), "hard_to_read", "/steps/0/body"),
    (steps({}, translations={"ko": {}}), "missing_translation", "/steps/0/title"),
    (
        steps({}, translations={"ko": {"steps.s0.title": {"text": "제목", "of": "Old"}}}),
        "stale_translation",
        "/translations/ko/steps.s0.title",
    ),
    (
        steps(
            {},
            translations={
                "ko": {"steps.s0.title": {"text": "제목", "of": "Title"}, "steps.s9.title": {"text": "x", "of": "y"}}
            },
        ),
        "orphan_translation",
        "/translations/ko/steps.s9.title",
    ),
    (
        steps(
            {"title": "Hi {name|you}"}, translations={"ko": {"steps.s0.title": {"text": "안녕", "of": "Hi {name|you}"}}}
        ),
        "lost_placeholder",
        "/translations/ko/steps.s0.title",
    ),
    (steps({"title": "{n, plural, other {#}}"}), "plural_forms", "/steps/0/title"),
    (steps({"then": [{"to": "s2"}]}, {}, {}), "unreachable_step", "/steps/1"),
    (steps({"buttons": [{"text": "x", "action": "back"}]}), "no_way_out", "/steps/0"),
    (steps({"then": [{"to": "s1"}]}, {"then": [{"to": "s0"}]}), "no_way_out", "/steps/0"),
    (steps(*[{}] * 8), "many_steps", "/steps"),
    (steps({"body": "Simply press it."}), "banned_word", "/steps/0/body"),
    (steps({}, audience={"trait": "email", "is": "anna@acme.com"}), "personal_data", "/audience/is"),
    (
        steps({}, audience={"any": [{"trait": "phone", "in": ["+49 170 1234567"]}]}),
        "personal_data",
        "/audience/any/0/in",
    ),
    (steps({}, lint={"off": ["long_txt"]}), "unknown_code", "/lint/off/0"),
]


@pytest.mark.parametrize(
    ("document", "code", "pointer"), CASES, ids=[f"{code} {n}" for n, (_, code, _) in enumerate(CASES)]
)
def test_each_piece_of_advice_is_given_with_its_place_and_can_be_turned_off(
    document: dict[str, Any], code: str, pointer: str
) -> None:
    assert validate(document) == []
    settings = Settings(banned={"simply": "leave it out"})
    found = lint(document, "guide", settings)
    assert (code, pointer) in {(advice.code, advice.pointer) for advice in found}, found
    assert all(advice.level == "advice" and advice.mend and advice.message.endswith(".") for advice in found)
    if code != "unknown_code":
        quiet = {**document, "lint": {"off": [code]}}
        assert code not in {advice.code for advice in lint(quiet, "guide", settings)}
    assert code not in {
        advice.code for advice in lint(document, "guide", Settings(off=frozenset({code}), banned=settings.banned))
    }


def test_every_code_of_a_guide_has_a_case() -> None:
    assert {code for _, code, _ in CASES} | {"low_contrast"} == set(CODES)


def test_a_good_guide_gets_no_advice() -> None:
    good = steps({"target": {"css": "[data-tour=new]", "role": "button"}, "body": "Press **New invoice**."}, {"title": "Done"},
                 translations={"ko": {"steps.s0.title": {"text": "제목", "of": "Title"}, "steps.s0.body": {"text": "누르세요.", "of": "Press **New invoice**."}, "steps.s1.title": {"text": "끝", "of": "Done"}}})  # fmt: skip
    assert lint(good) == []


# covers W13
def test_weak_colours_of_a_theme_are_named_in_both_schemes() -> None:
    found = {(advice.pointer, advice.code) for advice in lint(THEME, "theme")}
    assert found == {
        ("/light/muted", "low_contrast"),
        ("/dark/text", "low_contrast"),
    }


# the first three from WCAG's own examples; the last by the CSS Color 4 sample code
@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#fff", 21),
        ("#777777", "#ffffff", 4.48),
        ("rgb(255, 0, 0)", "white" and "#fff", 4.0),
        ("hsl(240 100% 50%)", "#fff", 8.59),
        ("oklch(0.628 0.2577 29.23)", "#fff", 4.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    found = contrast(one, other)
    assert found is not None
    assert abs(found - ratio) < 0.02
    assert contrast("inherit", other) is None


def test_the_reading_level_grows_with_words_and_sentences() -> None:
    assert grade("The cat sat on the mat. It was warm there.") < 3
    assert grade(HARD) > 15
    assert sentences("One. Two! Three?\nFour") == 4


@pytest.mark.parametrize(
    "name", ["css-1q2w3e", "sc-bdVaJa", "jss123", "ember42", "x7Yz9Qw", "a1b2c3d4", "MuiButton-root-281", "radix-:r1:"]
)
def test_names_of_build_tools_are_recognised(name: str) -> None:
    assert is_generated(name)


@pytest.mark.parametrize(
    "name", ["new-invoice", "btn-primary", "sidebar", "invoice-list", "navItem", "main-2", "header", "submit"]
)
def test_names_of_people_are_not(name: str) -> None:
    assert not is_generated(name)


def test_the_command_prints_line_code_and_link_and_reads_the_projects_choices(tmp_path: Path) -> None:
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "a.json").write_text(
        lay_out(steps({"body": "Simply press it."}, {"title": "t" * 61}), "guide"), encoding="utf-8"
    )
    (tmp_path / "handrail.json").write_text(
        json.dumps({"lint": {"off": ["long_text"]}, "voice": "voice.json"}), encoding="utf-8"
    )
    (tmp_path / "voice.json").write_text(json.dumps({"banned": {"simply": "leave it out"}}), encoding="utf-8")
    run = CliRunner()
    told = run.invoke(handrail, ["lint", str(folder)])
    assert told.exit_code == 1
    assert "advice: “simply” is not a word of this team's voice." in told.output
    assert link("banned_word") in told.output
    assert "long_text" not in told.output
    line = next(row for row in told.output.splitlines() if "simply" in row).split(":")[1]
    assert "Simply" in (folder / "a.json").read_text("utf-8").splitlines()[int(line) - 1]
    assert run.invoke(handrail, ["lint", str(folder), "--off", "banned_word"]).exit_code == 0
    assert run.invoke(handrail, ["lint", str(folder), "--off", "nonsense"]).exit_code == 2
    shown = json.loads(run.invoke(handrail, ["lint", str(folder), "--json"]).output)
    assert shown["advice"][0]["link"].startswith("docs/lint.md#")
