"""Korean pages hold no English sentence, whatever goes wrong; a broken catalogue costs its language, not the server."""

from __future__ import annotations

import copy
import html
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from handrail_cms import publish, starters
from handrail_cms.app import create_app
from handrail_cms.http_language import spoken
from handrail_cms.interface import languages
from handrail_guides import shape
from handrail_guides.errors import Problem
from handrail_guides.lint import lint
from handrail_guides.saying import Said, say
from handrail_guides.validate import validate, validate_text

from tests.server.conftest import OPERATOR, Site, guide
from tests.tables.documents import GUIDE, broken_guides

HTML = {"Accept": "text/html"}
GUIDES = Path(shape.__file__).parent
# What stands in an English sentence and is no sentence: quotes, code, addresses, names of formats and fields.
NO_WORDS = re.compile(
    r"“[^”]*”|`[^`]*`|\{[^}]*\}|\S*[/.:#=_…]\S*|\b[A-Z]{2,}[\w-]*|\b(?:JavaScript|Python|Infinity|NaN)\b"
)


def english(text: str) -> list[str]:
    """Return the runs of three English words or more."""
    return re.findall(r"[A-Za-z']{2,}(?: [A-Za-z']{2,}){2,}", NO_WORDS.sub(" ", text))


def in_korean(site: Site, said: str) -> str:
    with site.flask.test_request_context("/?lang=ko"):
        return spoken(said)


def schema_nouns() -> Iterator[str]:
    def titles(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if isinstance(value.get("title"), str) and "examples" not in value.get("title", ""):
                yield value["title"]
            for name, inner in value.items():
                if name not in {"examples", "default", "const", "enum"}:
                    yield from titles(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from titles(inner)

    for name in ("guide", "rule", "target", "segment", "theme", "environment"):
        yield from titles(json.loads((GUIDES / f"schema/{name}.json").read_text(encoding="utf-8")))


def test_every_sentence_of_the_format_and_the_server_has_its_korean() -> None:
    rooms = [("guides", GUIDES), ("cms", languages.FOLDER.parent)]
    texts = {
        str(message)
        for room, folder in rooms
        for file, _line, message, *_rest in extract_from_dir(folder, [("**.py", "python")], keywords={"say": None})
        if room == "cms" or not file.startswith(("walk/", "importers/"))
    }
    assert len(texts) > 200
    words = {shape._noun({"title": title}) for title in schema_nouns()}  # pyright: ignore[reportPrivateUsage]
    words |= {str(text) for ready in starters.library() for text in (ready.name, ready.job)}
    korean = languages.catalogue("ko")
    missing = sorted(text for text in texts | words if not re.search("[가-힣]", korean.gettext(text)))
    assert [text for text in missing if re.search("[a-z]{3}", re.sub(r"%\(\w+\)s", "", text)) and text != "null"] == []


# covers A6, A10
@pytest.mark.parametrize(("change", "_pointer", "code", "_mend"), broken_guides())
def test_problems_are_said_in_korean(made: Site, change: Any, _pointer: str, code: str, _mend: str) -> None:
    document: dict[str, Any] = copy.deepcopy(GUIDE)
    change(document) if callable(change) else document.update(change)
    told = validate(document)
    assert told
    for problem in told:
        for said in (problem.message, problem.mend):
            korean = in_korean(made, said)
            assert re.search("[가-힣]", korean), said
            assert not english(korean), korean


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,]", '{"a": 1, "a": 2}', '{"format": 1e999}', "7", '{"format": 1, "key": "A B"}', '{"steps": {}}'],
)
def test_text_that_is_no_guide_is_told_in_korean(made: Site, text: str) -> None:
    _document, told = validate_text(text)
    assert told
    assert not [found for one in told for said in (one.message, one.mend) for found in english(in_korean(made, said))]


def test_advice_is_said_in_korean(made: Site) -> None:
    long = "This is a very long sentence that goes on and on without any need for it, " * 5
    steps = [
        {"id": "a", "title": "T" * 80, "body": long, "target": {"css": ".css-1q2w3e > div:nth-child(3)"}},
        {"id": "b", "title": "{name}", "then": [{"to": "a"}], "target": {"css": "div > span > i:nth-child(2)"}},
        {"id": "c", "body": "{n, plural, one {#} other {#}}", "buttons": [{"text": "Stay", "action": {"to": "c"}}]},
    ]
    translations = {
        "de": {"steps.b.title": {"text": "Hallo", "of": "{name}"}, "steps.zz.title": {"text": "x", "of": "x"}},
        "ko": {"steps.a.title": {"text": "가", "of": "old"}},
    }
    audience = {"trait": "email", "is": "a@example.com"}
    document = {**guide(steps=steps, translations=translations, audience=audience), "lint": {"off": ["nothing"]}}
    assert validate(document) == []
    theme = {"format": 1, "key": "t", "name": "T", "light": {"text": "#eee", "background": "#fff"}}
    told = [*lint(document), *lint(theme, "theme")]
    assert len({one.code for one in told}) >= 8
    assert not [found for one in told for said in (one.message, one.mend) for found in english(in_korean(made, said))]


def test_what_was_said_in_english_is_the_same_text(made: Site) -> None:
    said = say("There is no step “%(step_id)s”.", step_id="pay") + " " + say("Choose another id.")
    assert said == "There is no step “pay”. Choose another id."
    assert isinstance(said, Said)
    assert in_korean(made, said) == "“pay”라는 단계가 없어요. 다른 id를 고르세요."
    assert json.loads(json.dumps(Problem("", "x", said, "").as_json()))["message"] == str(said)


def text_of(response: Any) -> str:
    """What a person reads on a page, without what authors and templates quote."""
    page = re.sub(r"(?s)<(script|style|template|textarea|code|pre|q|option|kbd)\b.*?</\1>", " ", response.text)
    return html.unescape(re.sub(r"<[^>]+>", " \n ", page))


def broken_site(site: Site) -> Any:
    """A site on which much is wrong, and a Korean admin's browser."""
    bad = [{"id": "a", "title": "{", "advance": {"on": "click"}, "place": "nowhere"}, {"id": "a", "x": 1}]
    site.draft("broken", name="가이드", steps=bad)
    site.draft("fine", name="가이드 둘", steps=[{"id": "a", "title": "제목", "target": {"css": ".css-1q2w3e"}}])
    rule = {"all": [{"trait": "email", "is": "a@example.com"}]}
    segment = {"format": 1, "key": "trial", "name": "체험", "rule": rule}
    publish.create(site.content, OPERATOR, site.app.id, "segment", segment)
    theme = {"format": 1, "key": "brand", "name": "색", "light": {"background": "#fff", "text": "#eee"}}
    publish.create(site.content, OPERATOR, site.app.id, "theme", theme)
    browser = site.signed_in("admin")
    browser.set_cookie(languages.COOKIE, "ko")
    return browser


# covers A6, A10
def test_pages_on_which_something_is_wrong_speak_korean(site: Site) -> None:
    browser = broken_site(site)
    form = {"name": "가이드", "key": "No Key!", "panel": "guide", "do": "save"}
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/nowhere", {}),
        ("GET", "/guides/none", {}),
        ("GET", "/guides/broken", {}),
        ("GET", "/guides/fine", {}),
        ("GET", "/guides/broken/edit", {}),
        ("GET", "/guides/broken/edit?panel=a", {}),
        ("GET", "/guides/fine/edit?panel=a", {}),
        ("GET", "/guides/broken/json", {}),
        ("GET", "/guides/broken/publish", {}),
        ("GET", "/guides/broken/languages?to=de", {}),
        ("GET", "/guides/broken/report?from=yesterday", {}),
        ("GET", "/segments/trial", {}),
        ("GET", "/themes/brand", {}),
        ("PUT", "/guides", {}),
        ("POST", "/guides/new", {"start": "json", "json": "{"}),
        ("POST", "/guides/new", {"start": "json", "json": '{"a": 1, "a": 2}'}),
        ("POST", "/guides/new", {"start": "empty", "name": ""}),
        ("POST", "/guides/broken/json", {"json": '{"format": 7', "revision": "1"}),
        ("POST", "/guides/broken/edit", form),
        ("POST", "/guides/broken/publish", {"revision": "1", "environment": "production"}),
        ("POST", "/guides/fine/publish", {"revision": "1", "environment": "production", "at": "tomorrow"}),
        ("POST", "/guides/fine/change", {"do": "pause", "environment": "production"}),
        ("POST", "/guides/fine/review", {"do": "approved"}),
        ("POST", "/guides/broken/merge", {"mine": "{"}),
        ("POST", "/releases/roll-back", {"environment": "production", "to": "1"}),
        ("POST", "/segments/new", {"name": ""}),
        ("POST", "/themes/brand", {"name": "색", "light-text": "nonsense", "revision": "1"}),
        ("POST", "/team/invite", {"email": "nobody", "role": "author"}),
        ("POST", "/team/tokens", {"name": "", "role": "king"}),
        ("POST", "/settings/environments/new", {"name": "", "time_zone": "Mars/Olympus"}),
        ("POST", "/settings/environments/production", {"name": "P", "time_zone": "Mars/Olympus", "origins": "x"}),
        ("POST", "/account/password", {"old": "x", "new": "y"}),
    ]
    wrong: list[str] = []
    for method, path, data in asked:
        answer = browser.open(path, method=method, data=data or None, headers=HTML, follow_redirects=True)
        found = [one for one in english(text_of(answer)) if one not in {"Admin", "Publisher"}]
        wrong += [f"{method} {path} ({answer.status_code}): {one}" for one in found]
    assert not wrong, "\n".join(wrong)


def test_a_refused_form_and_a_failed_sign_in_speak_korean(site: Site) -> None:
    browser = site.browser()
    browser.set_cookie(languages.COOKIE, "ko")
    form = browser.get("/sign-in", headers=HTML).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', form)
    assert csrf
    known = {"email": "a@example.com", "password": "wrong", "csrf": csrf[1]}
    refused = browser.post("/sign-in", data=known, headers=HTML)
    assert "이메일 주소와 비밀번호가 맞지 않아요" in refused.text
    assert not english(text_of(refused))
    forged = browser.post("/sign-in", data={"email": "a"}, headers=HTML)
    assert forged.status_code == 403
    assert not english(text_of(forged))
    viewer = site.signed_in("viewer")
    viewer.set_cookie(languages.COOKIE, "ko")
    not_allowed = viewer.get("/guides/new", headers=HTML)
    assert not_allowed.status_code == 403
    assert not english(text_of(not_allowed))


def test_the_api_answers_in_english_whoever_asks(site: Site) -> None:
    answer = site.api().get("/api/v1/guides/none", headers={"Accept-Language": "ko"})
    assert answer.get_json()["detail"] == "There is no guide named “none”."


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe not a catalogue",
        b'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=two; plural=;\\n"\n\nmsgid "Guides"\nmsgstr "X"\n',
        b"",
        b'<<<<<<< HEAD\nmsgid "Guides"\nmsgstr "X"\n=======\n',
    ],
)
def test_a_broken_catalogue_costs_its_language_and_not_the_server(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, text: bytes
) -> None:
    folder = tmp_path / "translations/ko/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_bytes(text)
    monkeypatch.setattr(languages, "FOLDER", tmp_path / "translations")
    with caplog.at_level(logging.WARNING):
        app = create_app(site.services)
    page = app.test_client().get("/sign-in?lang=ko", headers=HTML)
    assert page.status_code == 200
    assert "Sign in" in page.text
    assert "messages.po" in caplog.text or not text


def test_a_text_whose_placeholders_were_lost_stays_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ko/LC_MESSAGES"
    folder.mkdir(parents=True)
    source = languages.FOLDER / "ko/LC_MESSAGES/messages.po"
    body = source.read_text(encoding="utf-8").replace('msgstr "%(n)s분"', 'msgstr "%(m)s분"')
    (folder / "messages.po").write_text(body, encoding="utf-8")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    broken = languages.catalogue("ko")
    assert broken.gettext("%(n)s min") == "%(n)s min"
    assert broken.gettext("Guides") != "Guides"
