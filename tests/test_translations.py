# ruff: noqa: E501
"""Languages: texts and their tables, fallback, placeholders, plurals, exchange with translators, the pseudo-language."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from handrail_cms.cli import handrail
from handrail_guides.errors import GuideProblems
from handrail_guides.exchange import from_csv, from_xliff, merge_units, to_csv, to_xliff
from handrail_guides.layout import lay_out
from handrail_guides.localise import chain, direction, localised, statuses, texts
from handrail_guides.manifest import compile_guide
from handrail_guides.plurals import categories, plural_problems
from handrail_guides.pseudo import LANGUAGE, pseudo, with_pseudo
from handrail_guides.texts import compile_text, placeholders, plain
from handrail_guides.validate import validate
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.tables.documents import GUIDE

ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def with_texts(title: str, body: str, translated: str, of: str) -> dict[str, Any]:
    made = copy.deepcopy(GUIDE)
    made["steps"] = [{"id": "a", "title": title, "body": body}]
    made["translations"] = {"ko": {"steps.a.title": {"text": translated, "of": of}}}
    return made


# covers A7
@settings(deadline=None)
@given(ODD.filter(bool), ODD.filter(bool), ODD.filter(bool), ODD.filter(bool), st.booleans())
def test_texts_survive_the_way_to_a_translator_and_back(title: str, body: str, text: str, of: str, stale: bool) -> None:
    document = with_texts(title, body, text, of if stale else title)
    for units in (from_xliff(to_xliff([document], "ko")), from_csv(to_csv([document], ["ko"]))):
        back, left = merge_units(document, units)
        assert left == []
        assert back == document


def test_an_xliff_file_is_what_the_standard_asks_for() -> None:
    root = ElementTree.fromstring(to_xliff([GUIDE], "ko"))
    name = "{urn:oasis:names:tc:xliff:document:2.0}"
    assert (root.tag, root.attrib) == (f"{name}xliff", {"version": "2.0", "srcLang": "en", "trgLang": "ko"})
    units = {unit.attrib["id"]: unit for unit in root.iter(f"{name}unit")}
    assert set(units) == set(texts(GUIDE))
    states = {path: unit.find(f"{name}segment").attrib["state"] for path, unit in units.items()}  # type: ignore[union-attr]
    assert states["steps.open-form.title"] == "translated"
    assert states["steps.pay.title"] == "initial"


def test_a_translator_who_worked_on_an_older_text_leaves_it_stale() -> None:
    sent = to_xliff([GUIDE], "de").replace(
        "<source>Send it</source>", "<source>Send it</source><target>Senden</target>"
    )
    sent = sent.replace(
        'id="steps.pay.title">\n      <segment state="initial"',
        'id="steps.pay.title">\n      <segment state="translated"',
    )
    moved_on = copy.deepcopy(GUIDE)
    moved_on["steps"][1]["title"] = "Send it now"
    back, _ = merge_units(moved_on, from_xliff(sent))
    assert statuses(back, "de")["steps.pay.title"] == "stale"
    assert back["translations"]["de"]["steps.pay.title"] == {"text": "Senden", "of": "Send it"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<xliff", "not XML"), ("<html/>", "not an XLIFF 2.0"), ("", "not XML"),
        ('<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>', "not an XLIFF 2.0"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><xliff/>', "declares the entity"),
        ('<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>', "declares the entity"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xliff>&a;</xliff>', "declares the entity"),
    ],
)  # fmt: skip
def test_files_that_are_no_xliff_are_refused_with_the_line(text: str, words: str) -> None:
    with pytest.raises(GuideProblems) as caught:
        from_xliff(text)
    [problem] = caught.value.problems
    assert words in problem.message
    assert problem.line == 1
    assert problem.mend


def test_a_cell_that_looks_like_a_formula_is_made_harmless_and_comes_back() -> None:
    document = with_texts('=HYPERLINK("http://x")', "+1", "@x", '=HYPERLINK("http://x")')
    table = to_csv([document], ["ko"])
    assert ",\"'=HYPERLINK" in table
    assert ",'@x," in table
    assert merge_units(document, from_csv(table))[0] == document


def test_texts_are_named_by_step_and_button_so_that_reordering_keeps_translations() -> None:
    assert list(texts(GUIDE)) == ["steps.open-form.title", "steps.open-form.body", "steps.pay.title", "steps.pay.body",
                                  "steps.pay.buttons.later", "steps.pay.buttons.1"]  # fmt: skip


# RFC 4647, 3.4
@pytest.mark.parametrize(
    ("tag", "fallback", "tried"),
    [
        ("ko-KR", {}, ["ko-KR", "ko", "en"]), ("en-GB", {}, ["en-GB", "en"]),
        ("zh-Hant-CN-x-private1-private2", {}, ["zh-Hant-CN-x-private1-private2", "zh-Hant-CN-x-private1", "zh-Hant-CN", "zh-Hant", "zh", "en"]),
        ("gsw-CH", {"gsw": ["de-CH"]}, ["gsw-CH", "gsw", "de-CH", "de", "en"]), ("KO", {}, ["KO", "en"]),
        ("pt-PT", {"PT": ["es"]}, ["pt-PT", "pt", "es", "en"]),
    ],
)  # fmt: skip
def test_languages_are_tried_as_rfc_4647_says(tag: str, fallback: dict[str, list[str]], tried: list[str]) -> None:
    assert chain(tag, GUIDE, fallback) == tried


# covers W14
def test_each_text_falls_back_by_itself() -> None:
    made = localised(GUIDE, chain("ko-KR", GUIDE))
    assert made["steps"][0]["title"] == "여기서 시작하세요"
    assert made["steps"][1]["title"] == "Send it"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("ko", "ltr"), ("FA", "rtl")],
)
def test_the_direction_is_that_of_the_script(tag: str, expected: str) -> None:
    assert direction(tag) == expected


def test_placeholders_and_plurals_compile_to_nodes() -> None:
    value = {"t": "value", "a": {"name": "name", "default": "there"}}
    assert compile_text("Hello {name|there}!") == {"t": "fragment", "c": ["Hello ", value, "!"]}
    plural = compile_text("{count, plural, other {# files} =0 {none} one {# **file**}}")
    assert [form["a"]["when"] for form in plural["c"]] == ["=0", "one", "other"]
    assert plural["c"][1]["c"] == [{"t": "value", "a": {"name": "#"}}, " ", {"t": "strong", "c": ["file"]}]
    assert compile_text("\\{not one\\}") == "{not one}"
    assert placeholders("{a} {b|c} {n, plural, one {{d}} other {#}}") == {"a", "b", "n", "d"}


@pytest.mark.parametrize(("language", "forms"), [("en", ("one", "other")), ("ko", ("other",)), ("pl", ("one", "few", "many", "other")), ("ar", ("zero", "one", "two", "few", "many", "other")), ("xx", None)])  # fmt: skip
def test_plural_forms_are_those_of_cldr(language: str, forms: tuple[str, ...] | None) -> None:
    assert categories(language) == forms


def test_a_plural_without_a_form_that_its_language_needs_is_named() -> None:
    assert [message for message, _ in plural_problems("{n, plural, other {#}}", "en")] == [
        "The plural “n” lacks the form “one” that en needs."
    ]
    assert not list(plural_problems("{n, plural, other {#}}", "ko"))
    assert "never uses" in next(iter(plural_problems("{n, plural, one {#} other {#}}", "ko")))[0]


# covers S2
@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "<!-- x -->", "javascript:alert(1)"],
)
def test_html_in_a_text_is_text(text: str) -> None:
    assert compile_text(text) == text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "blob:x", "\\\\evil.example", "java\tscript:x"])  # fmt: skip
def test_a_link_to_what_is_no_web_address_keeps_its_words_only(address: str) -> None:
    assert "href" not in str(compile_text(f"[words]({address})"))


@settings(deadline=None)
@example("![](javascript:a)")
@given(ODD)
def test_compiled_texts_hold_nothing_but_the_tags_of_the_schema(text: str) -> None:
    from handrail_guides.texts import TextError

    try:
        node = compile_text(text)
    except TextError:
        return
    allowed = {"fragment", "p", "strong", "em", "code", "a", "ul", "ol", "li", "br", "img", "value", "plural"}
    stack = [node]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            assert here["t"] in allowed
            assert set(here) <= {"t", "a", "c"}
            assert all(isinstance(value, str) for value in here.get("a", {}).values())
            stack += here.get("c", [])


def test_the_pseudo_language_keeps_what_must_be_kept_and_makes_the_rest_longer() -> None:
    text = "Press **Send** or [help](/help?a=1), {name|friend}: {n, plural, one {# file} other {# files}} `code`"
    made = pseudo(text)
    assert placeholders(made) == placeholders(text)
    assert "(/help?a=1)" in made
    assert "`code`" in made
    assert "**" in made
    assert "Send" not in made
    assert len(plain(made)) >= 1.25 * len(plain(text))
    assert validate(with_pseudo(GUIDE)) == []
    assert LANGUAGE in compile_guide(with_pseudo(GUIDE), LANGUAGE, 1, "0" * 64)["language"]


def test_the_commands_take_texts_out_and_in(tmp_path: Path) -> None:
    file, sent = tmp_path / "first-invoice.json", tmp_path / "ko.xlf"
    file.write_text(lay_out(GUIDE, "guide"), encoding="utf-8")
    run = CliRunner()
    assert (
        run.invoke(handrail, ["translations", "export", str(file), "--language", "ko", "--to", str(sent)]).exit_code
        == 0
    )
    sent.write_text(
        sent.read_text("utf-8").replace("<source>Send it</source>", "<source>Send it</source><target>보내기</target>"),
        "utf-8",
    )
    assert run.invoke(handrail, ["translations", "import", str(sent), str(file)]).exit_code == 0
    assert "보내기" in file.read_text("utf-8")
    status = run.invoke(handrail, ["translations", "status", str(file)])
    assert status.output.strip() == "first-invoice ko: 2 current, 4 missing"
