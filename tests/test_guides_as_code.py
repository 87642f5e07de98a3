# ruff: noqa: E501
"""Guides as code: directories and a real server, through the commands as CI calls them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from handrail_cms.cli import handrail as commands
from handrail_cms.errors import NotThere
from handrail_guides.layout import lay_out

from tests.server.running import handrail, serving, set_up
from tests.tables.documents import GUIDE, guide

SEGMENT = {"format": 1, "key": "on-trial", "name": "On trial", "rule": {"trait": "plan", "is": "trial"}}
THEME = {"format": 1, "key": "brand", "name": "Brand", "light": {"accent": "#1f6feb"}}


@dataclass
class Place:
    """One server, and directories that speak to it."""

    url: str
    token: str
    folder: Path

    def run(self, command: str, folder: str, *options: str) -> Result:
        given = [command, str(self.folder / folder), "--url", self.url, "--token", self.token, *options]
        return CliRunner().invoke(commands, given, catch_exceptions=False)

    def write(self, folder: str, document: dict[str, Any], kind: str = "guide") -> Path:
        file = self.folder / folder / f"{kind}s" / f"{document['key']}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(lay_out(document, kind), encoding="utf-8")
        return file


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    data = tmp_path_factory.mktemp("data")
    set_up(data)
    token = handrail("token", "create", "--role", "admin", "--data", data).stdout.strip()
    with serving(data) as running:
        yield running.url, token


@pytest.fixture
def place(server: tuple[str, str], tmp_path: Path) -> Place:
    return Place(*server, tmp_path)


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*.json"))}


# covers A8
def test_what_is_pushed_and_pulled_comes_back_byte_for_byte_and_keeps_its_meaning(place: Place) -> None:
    document = guide({"key": "round-trip", "theme": "brand", "audience": {"segment": "on-trial"}})
    file = place.write("a", document)
    file.write_text(json.dumps(document, indent=7, sort_keys=True), encoding="utf-8")  # laid out by hand
    by_hand = file.read_bytes()
    place.write("a", SEGMENT, "segment")
    place.write("a", THEME, "theme")
    assert place.run("push", "a").exit_code == 0
    assert place.run("pull", "a").exit_code == 0
    assert file.read_bytes() == by_hand  # the same meaning: the layout is its author's
    assert place.run("pull", "b").exit_code == 0
    pulled = files(place.folder / "b")
    assert pulled["guides/round-trip.json"] == lay_out(document, "guide").encode()
    assert place.run("push", "b").output.endswith("unchanged.\n")
    assert place.run("pull", "b").exit_code == 0
    assert files(place.folder / "b") == pulled


# covers A8
def test_a_push_over_newer_work_is_refused_with_the_difference_and_pull_merges(place: Place) -> None:
    document = guide({"key": "two-authors"})
    place.write("a", document)
    assert place.run("push", "a").exit_code == 0
    assert place.run("pull", "b").exit_code == 0
    place.write("a", {**document, "priority": 70})
    assert place.run("push", "a").exit_code == 0
    mine = {**document, "name": "My name"}
    file = place.write("b", mine)
    refused = place.run("push", "b")
    assert refused.exit_code == 1
    assert "refused guide two-authors: the server has a newer draft" in refused.output
    assert "priority changed from 60 to 70" in refused.output
    assert json.loads(file.read_bytes()) == mine  # both sides stay as they were
    merged = place.run("pull", "b")
    assert merged.exit_code == 0
    found = json.loads(file.read_bytes())
    assert (found["name"], found["priority"]) == ("My name", 70)
    assert place.run("push", "b").exit_code == 0
    assert place.run("pull", "a").exit_code == 0
    assert json.loads((place.folder / "a/guides/two-authors.json").read_bytes()) == found


def test_edits_of_one_field_on_both_sides_are_named_and_need_a_decision(place: Place) -> None:
    document = guide({"key": "one-field"})
    place.write("a", document)
    place.run("push", "a")
    place.run("pull", "b")
    place.write("a", {**document, "name": "A"})
    place.run("push", "a")
    file = place.write("b", {**document, "name": "B"})
    for command in ("push", "pull"):
        result = place.run(command, "b")
        assert result.exit_code == 1
        assert "both sides changed name" in result.output
        assert json.loads(file.read_bytes())["name"] == "B"
    assert place.run("push", "b", "--merge").exit_code == 1
    assert place.run("push", "b", "--force").exit_code == 0
    place.run("pull", "a")
    assert json.loads((place.folder / "a/guides/one-field.json").read_bytes())["name"] == "B"


def test_nothing_is_sent_while_a_file_has_a_problem(place: Place) -> None:
    place.write("a", guide({"key": "fine"}))
    place.write("a", guide({"key": "broken", "kind": "tuor"}))
    result = place.run("push", "a")
    assert result.exit_code == 1
    assert "Did you mean “tour”?" in result.output
    assert "Nothing was sent." in result.output
    place.run("pull", "b")
    assert not (place.folder / "b/guides/fine.json").exists()


def test_plan_says_what_would_change_and_apply_does_it_between_directories_and_environments(place: Place) -> None:
    place.run("pull", "a")
    for file in (place.folder / "a/guides").glob("*.json"):
        file.unlink()
    document = guide({"key": "to-be-live", "audience": {"segment": "on-trial"}})
    place.write("a", document)
    place.write("a", SEGMENT, "segment")
    planned = place.run("plan", "a", "--environment", "staging")
    assert planned.exit_code == 0
    assert "publish guide to-be-live (not live yet)" in planned.output
    assert place.run("plan", "a", "--environment", "staging", "--check").exit_code == 1
    applied = place.run("apply", "a", "--environment", "staging", "--note", "first")
    assert applied.exit_code == 0, applied.output
    assert re.search(r"Live in staging as release \d+", applied.output)
    assert place.run("plan", "a", "--environment", "staging", "--check").exit_code == 0
    place.write("a", {**document, "priority": 99})
    assert "priority changed from 60 to 99" in place.run("plan", "a", "--environment", "staging").output
    across = place.run("apply", "a", "--from", "staging", "--environment", "production")
    assert across.exit_code == 0
    assert "publish guide to-be-live version 1" in across.output
    assert place.run("plan", "a", "--from", "staging", "--environment", "production", "--check").exit_code == 0
    (place.folder / "a/guides/to-be-live.json").unlink()
    pruned = place.run("plan", "a", "--environment", "staging", "--prune")
    assert "take down guide to-be-live (live: version 1)" in pruned.output


def test_what_is_archived_on_the_server_goes_here_unless_it_was_edited(place: Place) -> None:
    place.write("a", guide({"key": "going"}))
    place.write("a", guide({"key": "kept"}))
    place.run("push", "a")
    place.run("pull", "b")
    (place.folder / "a/guides/going.json").unlink()
    (place.folder / "a/guides/kept.json").unlink()
    assert "archived guide going" in place.run("push", "a", "--prune").output
    place.write("b", guide({"key": "kept", "name": "Edited"}))
    assert "removed guide going" in place.run("pull", "b").output
    assert not (place.folder / "b/guides/going.json").exists()
    assert (place.folder / "b/guides/kept.json").exists()


def test_programs_read_json(place: Place) -> None:
    place.write("a", guide({"key": "as-json"}))
    told = json.loads(place.run("push", "a", "--json").output)
    assert [(each["key"], each["did"]) for each in told["documents"]] == [("as-json", "created")]
    steps = json.loads(place.run("plan", "a", "--environment", "production", "--json").output)["steps"]
    assert [(step["key"], step["do"]) for step in steps] == [("as-json", "publish")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"token": "wrong"}, "refuses this token"), ({"url": "http://127.0.0.1:9"}, "does not answer")],
)
def test_a_missing_server_or_permission_is_told_in_one_line_and_ends_with_3(
    place: Place, changes: dict[str, str], words: str
) -> None:
    options = {"url": place.url, "token": place.token} | changes
    place.write("a", GUIDE)
    for command in (["pull"], ["push"], ["plan", "--environment", "production"]):
        given = [
            command[0],
            str(place.folder / "a"),
            *command[1:],
            "--url",
            options["url"],
            "--token",
            options["token"],
        ]
        done = handrail(*given, check=False)
        assert (done.returncode, done.stdout) == (3, "")
        assert words in done.stderr
        assert done.stderr.count("\n") == 1
    with pytest.raises(NotThere):
        CliRunner().invoke(commands, given, catch_exceptions=False)


def test_a_call_without_a_server_a_token_or_an_environment_says_what_is_missing(tmp_path: Path) -> None:
    for given, words in [(["pull", "x"], "--url"), (["pull", "x", "--url", "ftp://x"], "no address of a server"),
                         (["pull", "x", "--url", "http://x"], "handrail token create"), (["plan", "x"], "--environment")]:  # fmt: skip
        result = CliRunner().invoke(commands, given, env={"HANDRAIL_URL": "", "HANDRAIL_TOKEN": ""})
        assert result.exit_code == 2
        assert words in result.output


def test_a_state_file_that_was_damaged_says_how_to_mend_it(place: Place) -> None:
    place.write("a", GUIDE)
    (place.folder / "a/.handrail").mkdir()
    (place.folder / "a/.handrail/state.json").write_text("<<<<<<< HEAD", encoding="utf-8")
    with pytest.raises(NotThere, match="remove it and pull again"):
        place.run("push", "a")


def test_the_offline_commands_end_as_documented(tmp_path: Path) -> None:
    run = CliRunner()
    good, other, bad = tmp_path / "good.json", tmp_path / "other.json", tmp_path / "bad.json"
    good.write_text(lay_out(GUIDE, "guide"), encoding="utf-8")
    other.write_text(lay_out({**GUIDE, "priority": 1}, "guide"), encoding="utf-8")
    bad.write_text('{\n "format": 1,\n "kind": "tuor"\n}', encoding="utf-8")
    assert run.invoke(commands, ["validate", str(good)]).exit_code == 0
    told = run.invoke(commands, ["validate", str(bad)])
    assert told.exit_code == 1
    assert f"{bad}:3: “kind” can't be “tuor”." in told.output
    shown = json.loads(run.invoke(commands, ["validate", str(bad), "--json"]).output)
    assert {"file": str(bad), "line": 3, "pointer": "/kind"}.items() <= next(
        each for each in shown["problems"] if each["pointer"] == "/kind"
    ).items()
    assert run.invoke(commands, ["validate"]).exit_code == 2
    assert handrail("validate", tmp_path / "nowhere", check=False).returncode == 3
    assert run.invoke(commands, ["diff", str(good), str(good)]).exit_code == 0
    differing = run.invoke(commands, ["diff", str(good), str(other)])
    assert (differing.exit_code, "priority changed from 60 to 1" in differing.output) == (1, True)


def test_names_are_checked_across_the_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(guide({"audience": {"segment": "on-trail"}})), encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(GUIDE), encoding="utf-8")
    (tmp_path / "s.json").write_text(json.dumps(SEGMENT), encoding="utf-8")
    (tmp_path / "beside.json").write_text('{"scripts": {}}', encoding="utf-8")
    told = CliRunner().invoke(commands, ["validate", str(tmp_path)])
    assert told.exit_code == 1
    assert "Did you mean “on-trial”?" in told.output
    assert "is also that of" in told.output
    assert "3 documents" in told.output
