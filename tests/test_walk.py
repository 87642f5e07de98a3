"""What the walker decides without a browser: cases, paths, comparison, expectations, documents, files for CI."""

from __future__ import annotations

import json
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from handrail_cms.commands.check import check_command
from handrail_guides.walk.baseline import compare, read_baseline
from handrail_guides.walk.cases import VIEWPORTS, Ask, Bundle, Persona, cases, parse_viewport, paths, traits_for
from handrail_guides.walk.codes import CODES
from handrail_guides.walk.findings import Finding, StepWalk, Walk
from handrail_guides.walk.html import as_html
from handrail_guides.walk.reading import literal, milliseconds, start_address
from handrail_guides.walk.results import Run, as_json, as_junit, exit_code
from handrail_guides.walk.runner import expect
from handrail_guides.walk.since import changed_files, overlap, touched
from handrail_guides.walk.sources import from_folder
from handrail_guides.walk.widget import WalkerNotReady

ROOT = Path(__file__).parents[1]
LEDGER = ROOT / "examples" / "ledger"


def step(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "title": id} | more


def guide(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"format": 1, "key": "g", "kind": "tour", "name": "G", "language": "en", "steps": list(steps)} | more


def walk(
    *findings: Finding, id: str = "g[en-desktop]", target: list[float] | None = None, match: str = "exact", **more: Any
) -> Walk:
    met = StepWalk("a", target=target, match=match, confidence=0.9, findings=[one for one in findings if one.step])
    made = Walk(id, "g", "tour", "en", "desktop", "light", "", "", "quick", steps=[met], **more)
    made.findings = [one for one in findings if not one.step]
    return made


def run_of(*walks: Walk, **more: Any) -> Run:
    return Run("http://localhost", "quick", "2026-03-01T10:00:00+00:00", 1.0, walks, **more)


def test_every_code_is_in_the_documentation_as_the_table_says_it() -> None:
    text = (ROOT / "docs" / "qa.md").read_text()
    for code in CODES.values():
        assert f"| `{code.code}` | {code.severity} | {code.profile} | {code.message} | {code.mend} |" in text


def test_every_option_of_check_and_of_the_plugin_is_in_the_documentation() -> None:
    from handrail_cms.commands.check import check_command
    from handrail_guides.walk.plugin import _OPTIONS  # pyright: ignore[reportPrivateUsage]

    text = (ROOT / "docs" / "qa.md").read_text()
    names = [name for option in check_command.params for name in option.opts if name.startswith("--")]
    names += [name for name, _ in _OPTIONS]
    assert [name for name in names if not re.search(f"[` ]{name}\\b", text)] == []


def test_a_case_is_made_for_each_language_viewport_and_theme_with_an_id_of_its_own() -> None:
    one = guide(step("a"), translations={"ko": {}})
    ask = Ask(viewports=[VIEWPORTS["desktop"], VIEWPORTS["phone"]], themes=["light", "dark"])
    made = [case.id for case in cases(Bundle([one]), ask)]
    assert made[0] == "g[en-desktop]"
    assert len(set(made)) == 8
    assert "g[ko-phone-dark]" in made


END = [{"to": "end"}]
RULED = [{"if": {"trait": "x", "is": 1}, "to": "c"}]
BOTH = [{"text": "B", "action": {"to": "b"}}, {"text": "C", "action": {"to": "c"}}]
AGAIN = [{"text": "Again", "action": {"to": "a"}}, {"text": "On", "action": "next"}]
PATHS = [
    ([step("a"), step("b")], [("a", "b")]),
    ([step("a", then=[{"to": "c"}]), step("b"), step("c")], [("a", "c")]),
    ([step("a", then=RULED), step("b"), step("c")], [("a", "c"), ("a", "b", "c")]),
    ([step("a", buttons=BOTH), step("b", then=END), step("c")], [("a", "b"), ("a", "c")]),
    ([step("a"), step("b", buttons=AGAIN), step("c")], [("a", "b", "c")]),
]


@pytest.mark.parametrize(("steps", "ways"), PATHS)
def test_every_way_through_a_guide_is_found(steps: list[dict[str, Any]], ways: list[tuple[str, ...]]) -> None:
    assert sorted(paths(guide(*steps))) == sorted(ways)


def test_declared_paths_go_before_found_ones() -> None:
    assert paths(guide(step("a"), step("b"), test={"branches": [["b"]]})) == [("b",)]


RULES = [({"trait": "role", "is": "admin"}, {"role": "admin"}), ({"trait": "seats", "more_than": 3}, {"seats": 4}),
         ({"all": [{"trait": "a", "in": ["x"]}, {"trait": "b", "exists": True}]}, {"a": "x", "b": "yes"})]  # fmt: skip


@pytest.mark.parametrize(("rule", "traits"), RULES)
def test_a_branch_is_given_the_traits_that_its_rule_asks_for(rule: dict[str, Any], traits: dict[str, Any]) -> None:
    one = guide(step("a", then=[{"if": rule, "to": "c"}]), step("b"), step("c"))
    assert traits_for(one, ["a", "c"]) == traits
    assert all(traits_for(one, ["a", "b"])[name] != value for name, value in traits.items())


@pytest.mark.parametrize(("period", "ms"), [("PT8S", 8000), ("P1DT2H", 93_600_000), ("P2W", 1_209_600_000)])
def test_periods_are_read_as_the_format_writes_them(period: str, ms: int) -> None:
    assert milliseconds(period) == ms


def test_a_guide_is_started_where_it_says_or_where_its_patterns_lead() -> None:
    assert start_address(guide(step("a", on={"path": "/x/:id", "open": "/x/3"}))) == "/x/3"
    assert start_address(guide(step("a"), where={"any": ["/invoices/*", "/invoices"]})) == "/invoices"
    assert literal("/x/:id") is None


def test_a_viewport_that_is_none_is_refused_with_the_known_ones() -> None:
    assert parse_viewport("400x700").touch
    with pytest.raises(ValueError, match="desktop, wide, tablet, phone"):
        parse_viewport("huge")


# covers Q4
def test_a_comparison_tells_broken_mended_and_moved_apart() -> None:
    wrong, other = Finding("target_not_found", "a"), Finding("text_clipped", "a")
    before = [
        walk(other, target=[10, 10, 5, 5]).as_json(),
        walk(wrong, id="known").as_json(),
        walk(id="still", target=[0, 0, 9, 9]).as_json(),
    ]
    now = [
        walk(wrong, target=[10, 10, 5, 5]),
        walk(wrong, id="known"),
        walk(id="still", target=[300, 0, 9, 9]),
        walk(id="new"),
    ]
    told = compare(before, now)
    assert [(change.walk, change.code) for change in told.broke] == [("g[en-desktop]", "target_not_found")]
    assert [(change.walk, change.code) for change in told.mended] == [("g[en-desktop]", "text_clipped")]
    assert [change.walk for change in told.moved] == ["still"]
    assert (told.known, told.added) == (1, ["new"])
    assert exit_code(run_of(*now, comparison=told)) == 1
    assert exit_code(run_of(now[1], comparison=compare(before, [now[1]]))) == 0


def test_a_baseline_that_is_none_is_refused_with_the_mend() -> None:
    with pytest.raises(ValueError, match="Make one with"):
        read_baseline({"some": "thing"})


GONE, CUT = Finding("target_not_found", "a"), Finding("text_clipped", "a")
EXPECTED = [
    ("2099-01-01", [GONE], "expected", ["target_not_found"]),
    ("2099-01-01", [], "failed", ["expected_failure_gone"]),
    ("2020-01-01", [GONE], "failed", ["expected_failure_expired", "target_not_found"]),
    ("2099-01-01", [CUT, GONE], "failed", ["text_clipped", "target_not_found"]),
]


@pytest.mark.parametrize(("until", "found", "state", "codes"), EXPECTED)
def test_a_declared_failure_counts_only_when_it_is_gone_or_overdue(
    until: str, found: list[Finding], state: str, codes: list[str]
) -> None:
    mark = {"code": "target_not_found", "reason": "Ticket 7", "until": until}
    bundle = Bundle([guide(step("a", test={"expect_failure": mark}))])
    made = expect(walk(*found), next(cases(bundle, Ask())), date(2026, 3, 1))
    assert made.state == state
    assert [finding.code for finding in made.all()] == codes


def test_what_could_not_be_tried_goes_before_what_is_wrong() -> None:
    assert exit_code(run_of(walk(Finding("text_clipped", "a")))) == 1
    assert exit_code(run_of(walk(Finding("text_clipped", "a")), walk(reason="down", tried=False))) == 3
    assert exit_code(run_of(walk(Finding("target_healed", "a")), walk(reason="left out"))) == 0


# covers Q3
def test_the_results_for_ci_name_guide_step_and_reason() -> None:
    bad = walk(Finding("text_clipped", "a", "“\x07Too long”."), ms=1500)
    root = ElementTree.fromstring(as_junit(run_of(bad, walk(id="g[ko]", reason="down", tried=False))))
    assert root.find(".//failure").attrib["type"] == "text_clipped"  # type: ignore[union-attr]
    assert "Shorten the text" in (root.find(".//failure").text or "")  # type: ignore[union-attr]
    assert root.find(".//error").attrib["message"] == "down"  # type: ignore[union-attr]
    assert json.loads(json.dumps(as_json(run_of(bad))))["walks"][0]["steps"][0]["findings"][0]["mend"]


def test_the_report_for_people_holds_no_script_and_nothing_of_a_guide_as_markup() -> None:
    bad = walk(Finding("text_clipped", "a", "<script>alert(1)</script>"))
    bad.steps[0].title = "<img src=x onerror=alert(1)>"
    text = as_html(run_of(bad))
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "1 of 1 guides need attention." in text


def test_the_report_names_what_is_known_and_everything_that_went_wrong() -> None:
    known = walk(Finding("target_not_found", "a", expected="Ticket 7"))
    known.steps[0].match = None
    text = as_html(run_of(known))
    assert "All 1 walks went through, 1 of them failing as expected." in text
    assert "target_not_found at a (expected)" in text
    assert "not shown" in text
    both = as_html(run_of(walk(Finding("text_clipped", "a")), walk(id="g[ko]", reason="down", tried=False)))
    assert "1 of 2 walks could not be tried. 1 of 1 guides need attention." in both


OVERLAPS = [
    ("/a", "/a", True),
    ("/a/*", "/a/b/c", True),
    ("/a/:id", "/a/7", True),
    ("/a", "/b", False),
    ("*", "/b", True),
    ("/a/:id/x", "/a/7", False),
]


@pytest.mark.parametrize(("a", "b", "same"), OVERLAPS)
def test_patterns_overlap_where_one_page_fits_both(a: str, b: str, same: bool) -> None:
    assert overlap(a, b) is same
    assert overlap(b, a) is same


def test_a_change_touches_the_guides_of_its_pages_and_an_unknown_file_touches_all() -> None:
    bundle, problems = from_folder(LEDGER)
    assert problems == []
    pages = {"templates/settings.html": ["/settings"], "docs/*": []}
    assert {one["key"] for one in touched(bundle, ["templates/settings.html"], pages)} == {
        "set-up-ledger",
        "trial-ends",
    }
    assert touched(bundle, ["docs/a.md"], pages) == []
    assert [one["key"] for one in touched(bundle, ["examples/ledger/guides/whats-new.json"], pages)] == ["whats-new"]
    assert len(touched(bundle, ["app.py"], pages)) == len(bundle.guides)


def test_a_commit_that_git_does_not_know_is_said_in_gits_own_words(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    with pytest.raises(WalkerNotReady, match=r"Git cannot compare with “nowhere”: .*nowhere"):
        changed_files("nowhere", tmp_path)


def test_a_file_that_does_not_validate_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text((LEDGER / "guides" / "what-is-due.json").read_text())
    (tmp_path / "bad.json").write_text('{"format": 1,\n "kye": "x"}')
    bundle, problems = from_folder(tmp_path, ["what-is-due", "nowhere"])
    assert [one["key"] for one in bundle.guides] == ["what-is-due"]
    assert any("bad.json" in (problem.file or "") for problem in problems)
    assert any(problem.code == "unknown_guide" for problem in problems)


def test_a_guide_that_there_is_not_is_a_wrong_call() -> None:
    call = ["http://127.0.0.1:9", "--guides", str(LEDGER), "--guide", "what-is-due", "--guide", "nowhere"]
    result = CliRunner().invoke(check_command, call)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no guide “nowhere” here." in result.stderr


def test_personas_come_from_segments() -> None:
    from handrail_guides.walk.sources import personas

    bundle, _ = from_folder(LEDGER)
    assert personas(bundle, ["paying-teams"])[0].traits["role"] == "admin"
    assert personas(bundle, []) == [Persona()]


NO_LOGIN = ["--guide", "what-is-due", "--login", "no_such_module:sign_in"]
CALLS = [(["http://127.0.0.1:9", "--guides", "{ledger}", *NO_LOGIN], 3, "no_such_module:sign_in” cannot be loaded"),
         (["http://127.0.0.1:9", "--guides", "{ledger}", "--guide", "what-is-due"], 3, "does not answer"),
         (["http://127.0.0.1:9"], 2, "Say which guides to walk"),
         (["nowhere", "--guides", "{ledger}"], 2, "is not an address"),
         (["http://127.0.0.1:9", "--guides", "/no/where"], 3, "There is no folder"),
         (["http://127.0.0.1:9", "--guides", "{ledger}", "--baseline", "/no/file"], 3, "There is no baseline"),
         (["http://127.0.0.1:9", "--guides", "{ledger}", "--viewport", "huge"], 2, "is not a viewport")]  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize(("arguments", "code", "words"), CALLS)
def test_what_is_not_there_is_one_clear_line_and_the_documented_exit_code(
    arguments: list[str], code: int, words: str
) -> None:
    from tests.demo import HANDRAIL

    command = [HANDRAIL, "check", *(one.format(ledger=LEDGER) for one in arguments)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == code, told.stderr
    assert words in told.stdout + told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.browser
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_browser_that_cannot_be_started_is_said_in_one_line(workers: str) -> None:
    from tests.demo import HANDRAIL

    command = [HANDRAIL, "check", "http://127.0.0.1:9", "--guides", str(LEDGER), "--guide", "what-is-due"]
    environment = os.environ | {"HANDRAIL_CHROMIUM": "/bin/false"}
    told = subprocess.run(
        [*command, "--workers", workers], capture_output=True, text=True, check=False, env=environment
    )
    assert told.returncode == 3, told.stderr
    assert (told.stdout + told.stderr).count("The browser cannot be started") == 1
    assert "Traceback" not in told.stderr


@pytest.mark.browser
def test_a_host_that_is_down_is_said_once_for_all_guides() -> None:
    from tests.demo import HANDRAIL

    command = [HANDRAIL, "check", "http://127.0.0.1:9", "--guides", str(LEDGER), "--language", "en"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 3
    assert told.stdout.count("does not answer") == 1
