"""The CMS's pages without a script: forms, links and words, as a browser with JavaScript off would use them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from handrail_cms.interface import languages

from tests.collecting import batch, event, run_events
from tests.server.conftest import OPERATOR, ORIGIN, Site, guide

HTML = {"Accept": "text/html"}
GUIDE_PAGES = (
    "",
    "/edit",
    "/edit?panel=guide",
    "/edit?panel=audience",
    "/json",
    "/publish",
    "/versions",
    "/compare?from=1",
    "/report",
    "/report/paths",
    "/report/health",
    "/report/compare",
    "/runs",
    "/languages",
    "/languages?to=ko",
    "/ask-review",
    "/stage",
)
PAGES = (
    "/",
    "/guides",
    "/guides/new",
    "/guides/archive",
    "/releases",
    "/reports",
    "/visitors",
    "/segments",
    "/segments/new",
    "/segments/trial",
    "/usability",
    "/usability/new",
    "/usability/send-invoice",
    "/themes",
    "/themes/brand",
    "/languages",
    "/team",
    "/team/tokens",
    "/settings",
    "/settings/environments",
    "/settings/environments/new",
    "/settings/environments/production",
    "/settings/audit",
    "/account",
    "/more",
)
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"


def fill(site: Site) -> None:
    """A site with one of everything, published once and changed since."""
    from handrail_cms import publish, usability

    draft = site.draft(audience={"segment": "trial"}, theme="brand", goal={"event": "paid"})
    publish.create(
        site.content,
        OPERATOR,
        site.app.id,
        "segment",
        {"format": 1, "key": "trial", "name": "Trial", "rule": {"all": [{"trait": "plan", "is": "trial"}]}},
    )
    theme = {"format": 1, "key": "brand", "name": "Brand", "light": {"background": "#fff", "text": "#eee"}}
    publish.create(site.content, OPERATOR, site.app.id, "theme", theme)
    publish.publish(site.content, OPERATOR, site.production, [draft], note="first")
    task = {"format": 1, "key": "send-invoice", "goal": "Bill them", "open": "/", "success": {"event": "sent"}}
    usability.save_task(site.content, OPERATOR, site.app.id, task | {"guide": draft.key})
    changed = {**draft.body, "name": "Changed since"}
    publish.save_draft(site.content, OPERATOR, draft, changed, based_on=draft.revision)


@pytest.fixture
def full(site: Site) -> Site:
    fill(site)
    return site


def text_of(answer: Any) -> str:
    """What a person reads of a page, without tags."""
    body = re.sub(r"<script.*?</script>", " ", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def revision_of(page: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    return found[1]


def follow(browser: FlaskClient, answer: Any) -> str:
    assert answer.status_code == 303, text_of(answer)[-400:]
    return text_of(browser.get(answer.location, headers=HTML))


# covers L3, R3
def test_a_step_that_is_only_healed_is_named_with_what_no_longer_agrees(full: Site) -> None:
    at = full.clock.now_ms() - 3_600_000
    told = {"match": "healed", "confidence": 0.8, "missed": ["name", "title"], "signals": ["role", "path"]}
    events = run_events(at, "show first", "pass first", guide="first-invoice")
    events[1]["data"] = told
    full.services.events.append([batch(events, at + 5_000, environment_id=full.production.id)], at + 5_000)
    browser = full.signed_in("author")
    page = text_of(browser.get("/guides/first-invoice/report/health", headers=HTML))
    assert "100 % are found by their likeness only: no longer the same: the accessible name, title;" in page.replace(
        "100%", "100 %"
    ).replace("\u00a0", " ")
    assert "still the same: the role, the place in the page's structure." in page
    assert "it may break soon" in text_of(browser.get("/", headers=HTML))


# covers A9
def test_a_visitors_page_says_in_words_which_clause_decided(full: Site) -> None:
    for visitor, traits in (("told", {"plan": "team"}), ("silent", dict[str, str]())):
        now, data = full.clock.now_ms(), {"traits": traits, "account_traits": {}}
        sent = batch([event("identify", now, data=data)], now, visitor, environment_id=full.production.id)
        full.services.events.append([sent], now)
    viewer = full.signed_in("viewer")
    page = text_of(viewer.get("/visitors/told", headers=HTML))
    assert "does not belong the segment trial : the trait plan is trial it is team" in page
    page = text_of(viewer.get("/visitors/silent", headers=HTML))
    assert "the segment trial : the trait plan is trial nothing is known of that" in page


# covers A10
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_page_is_drawn_in_every_language(full: Site, language: str) -> None:
    browser = full.signed_in("admin")
    browser.set_cookie(languages.COOKIE, language)
    for path in [*PAGES, *(f"/guides/first-invoice{page}" for page in GUIDE_PAGES)]:
        answer = browser.get(path, headers=HTML)
        assert answer.status_code == 200, (path, text_of(answer)[-300:])
        assert f'lang="{language}"' in answer.text or path.endswith("/stage"), path
        assert "style=" not in answer.text, path
        assert not re.search(r"<script(?![^>]*(src=|application/json))", answer.text), path


@pytest.mark.parametrize("role", ["viewer", "author"])
def test_pages_are_drawn_for_people_who_may_do_less(full: Site, role: Any) -> None:
    browser = full.signed_in(role)
    for path in [
        "/",
        "/guides",
        "/themes/brand",
        "/segments/trial",
        "/settings",
        "/guides/first-invoice",
        "/guides/first-invoice/edit",
        "/guides/first-invoice/languages?to=ko",
    ]:
        answer = browser.get(path, headers=HTML)
        assert answer.status_code == 200, path
        assert "/publish" not in answer.text, path


def test_an_empty_installation_teaches(site: Site) -> None:
    browser = site.signed_in("admin")
    assert "Make the first guide" in text_of(browser.get("/guides", headers=HTML))
    overview = browser.get("/", headers=HTML).text
    assert re.findall(r'data-first-step="(\w+)" data-done="(\w+)"', overview) == [
        ("install", "false"),
        ("guide", "false"),
        ("preview", "false"),
        ("publish", "false"),
        ("event", "false"),
    ]


def first_minutes(browser: FlaskClient, path: str = "/") -> dict[str, Any] | None:
    """What a page gives to the checklist of the first five minutes."""
    found = re.search(r"data-first-minutes[^>]*>(.*?)</script>", browser.get(path, headers=HTML).text)
    return json.loads(found[1]) if found else None


# covers A1, A10
def test_the_first_five_minutes_are_a_checklist_that_says_what_was_done(site: Site) -> None:
    from handrail_guides.validate import validate

    browser = site.signed_in("publisher")
    browser.set_cookie(languages.COOKIE, "ko")
    first = first_minutes(browser)
    assert first is not None
    assert validate(first["guide"]) == []
    assert first["guide"]["title"] == "처음 5분"
    assert first["facts"] == dict.fromkeys(["install", "guide", "preview", "publish", "event"], False)
    site.draft()
    site.content.apps.note_seen(site.production, ORIGIN)
    now = browser.get("/first-steps.json").get_json()["facts"]
    assert {name for name, done in now.items() if done} == {"install", "guide"}
    elsewhere = first_minutes(browser, "/guides")
    assert elsewhere is not None
    assert elsewhere["guide"]["steps"][0]["open"] == "click"
    assert "/guides/first-invoice/publish" in json.dumps(elsewhere)
    browser.post("/preferences", data={"first_steps": "off"})
    assert first_minutes(browser) is None
    browser.post("/preferences", data={"first_steps": "on"})
    assert first_minutes(browser) is not None
    assert first_minutes(site.signed_in("viewer")) is None


# covers A1, A4
def test_a_tour_is_authored_published_and_rolled_back_without_a_script(site: Site) -> None:
    browser = site.signed_in("publisher")
    made = browser.post("/guides/new", data={"name": "First look", "start": "empty:tour"})
    assert made.location == "/guides/first-look/edit"
    page = browser.get(made.location, headers=HTML).text
    assert "To mend before it can be published" in page
    step = {"panel": "step-1", "revision": revision_of(page), "title": "Start", "css": "#new", "do": "add-step:step-1"}
    added = browser.post("/guides/first-look/edit", data=step)
    page = browser.get(added.location, headers=HTML).text
    assert 'name="panel" value="step-2"' in page
    second = {"panel": "step-2", "revision": revision_of(page), "title": "Done", "do": "save"}
    browser.post("/guides/first-look/edit", data=second)
    publishing = browser.get("/guides/first-look/publish", headers=HTML).text
    assert "Publish version 1" in publishing
    done = browser.post(
        "/guides/first-look/publish", data={"revision": revision_of(publishing), "environment": "production"}
    )
    assert "Version 1 is live in Production." in follow(browser, done)
    paused = browser.post("/guides/first-look/change", data={"environment": "production", "do": "pause"})
    assert "Paused in Production" in follow(browser, paused)
    overview = text_of(browser.get("/", headers=HTML))
    assert "First look paused" in overview
    assert "0 guides are live" in overview
    back = browser.post("/releases/roll-back", data={"environment": "production", "to": "1"})
    assert "Release 3 is live in Production: it equals release 1." in follow(browser, back)


# covers A4
def test_two_authors_of_one_step_are_told_and_choose(full: Site) -> None:
    ada, bob = full.signed_in("author"), full.signed_in("publisher")
    revision = revision_of(ada.get("/guides/first-invoice/edit?panel=start", headers=HTML).text)
    edit = {"panel": "start", "revision": revision, "do": "save"}
    ada.post("/guides/first-invoice/edit", data={**edit, "title": "Ada's"})
    merged = bob.post("/guides/first-invoice/edit", data={**edit, "body": "Bob's text"})
    assert "Both changes are kept." in follow(bob, merged)
    clash = bob.post("/guides/first-invoice/edit", data={**edit, "title": "Bob's"}, headers=HTML)
    assert clash.status_code == 409
    assert "Ada's" in text_of(clash)
    form = dict(re.findall(r'name="(mine|based_on|panel)" value="([^"]*)"', clash.text))
    form = {name: html.unescape(value) for name, value in form.items()}
    saved = bob.post("/guides/first-invoice/merge", data={**form, "take:steps.start.title": "theirs"})
    assert "Merged and saved." in follow(bob, saved)
    body = full.content.documents.find(full.app.id, "guide", "first-invoice").body
    assert (body["steps"][0]["title"], body["steps"][0]["body"]) == ("Ada's", "Bob's text")


def test_autosave_answers_with_the_problems_at_their_fields(full: Site) -> None:
    author = full.signed_in("author")
    revision = revision_of(author.get("/guides/first-invoice/edit?panel=start", headers=HTML).text)
    form = {"panel": "start", "revision": revision, "title": "", "body": "", "do": "save"}
    answer = author.post("/guides/first-invoice/edit", data=form, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json["revision"] == int(revision) + 1
    assert ("start", "title", "error") in {
        (one["panel"], one["field"], one["level"]) for one in answer.json["problems"]
    }


def test_undo_brings_back_what_was_and_redo_what_was_undone(full: Site) -> None:
    author = full.signed_in("author")

    def title() -> str:
        return full.content.documents.find(full.app.id, "guide", "first-invoice").body["steps"][0]["title"]

    here = "/guides/first-invoice/edit?panel=start"
    page = author.get(here, headers=HTML).text
    edit = {"panel": "start", "revision": revision_of(page), "title": "Second", "do": "save"}
    author.post("/guides/first-invoice/edit", data=edit)
    for do, expected in (("undo", "Start here"), ("redo", "Second")):
        page = author.get(here, headers=HTML).text
        hidden = dict(re.findall(r'name="(revision|at|top|panel)" value="([^"]*)"', page))
        here = author.post("/guides/first-invoice/edit", data={**hidden, "do": do}).location
        assert title() == expected


def test_the_json_view_names_the_line_and_loses_nothing(full: Site) -> None:
    author = full.signed_in("author")
    page = author.get("/guides/first-invoice/json", headers=HTML).text
    broken = '{\n  "format": 1,\n  "key": "first-invoice"\n  "name": "x"\n}'
    refused = author.post(
        "/guides/first-invoice/json", data={"revision": revision_of(page), "json": broken}, headers=HTML
    )
    assert refused.status_code == 422
    assert "Line 4" in text_of(refused)
    assert '"name": "x"' in html.unescape(refused.text)


# covers A5
def test_versions_are_compared_in_words_and_restored(full: Site) -> None:
    author = full.signed_in("author")
    told = text_of(author.get("/guides/first-invoice/compare?from=1&to=draft", headers=HTML))
    assert "Name: First invoice became Changed since" in told
    revision = revision_of(author.get("/guides/first-invoice/versions", headers=HTML).text)
    restored = author.post("/guides/first-invoice/restore", data={"version": "1", "revision": revision})
    assert "Version 1 is the draft again." in follow(author, restored)
    late = author.post("/guides/first-invoice/restore", data={"version": "1", "revision": revision})
    assert late.status_code == 303


def test_publishing_says_what_will_change_and_refuses_a_draft_that_moved_on(full: Site) -> None:
    publisher = full.signed_in("publisher")
    page = publisher.get("/guides/first-invoice/publish", headers=HTML)
    assert "Name: First invoice became Changed since" in text_of(page)
    stale = publisher.post("/guides/first-invoice/publish", data={"revision": "1", "environment": "production"})
    assert "This is what would be published now." in follow(publisher, stale)
    past = {"revision": revision_of(page.text), "environment": "production", "at": "2001-01-01T09:00"}
    answer = publisher.post("/guides/first-invoice/publish", data=past, headers=HTML)
    assert "That time has passed." in text_of(answer)
    future = publisher.post("/guides/first-invoice/publish", data={**past, "at": "2100-01-01T09:00"})
    assert "Will be published in Production" in follow(publisher, future)


def test_a_publish_that_a_form_sends_twice_names_the_state(full: Site) -> None:
    publisher = full.signed_in("publisher")
    data = {
        "revision": revision_of(publisher.get("/guides/first-invoice/publish", headers=HTML).text),
        "environment": "production",
    }
    follow(publisher, publisher.post("/guides/first-invoice/publish", data=data))
    again = publisher.post("/guides/first-invoice/publish", data=data, headers=HTML)
    assert again.status_code == 422
    assert "This is what is live in production already." in text_of(again)


# covers A7
def test_texts_are_translated_in_a_table_and_by_file(full: Site) -> None:
    author = full.signed_in("author")
    where = "/guides/first-invoice/languages?to=ko"
    form = {
        "revision": revision_of(author.get(where, headers=HTML).text),
        "to": "ko",
        "text:steps.start.title": "여기서 시작하세요",
    }
    author.post("/guides/first-invoice/languages", data=form)
    sent = author.get("/guides/first-invoice/languages/ko.xlf").get_data(as_text=True)
    assert "여기서 시작하세요" in sent
    body = full.content.documents.find(full.app.id, "guide", "first-invoice").body
    assert body["translations"]["ko"]["steps.start.title"] == {"text": "여기서 시작하세요", "of": "Start here"}
    from io import BytesIO

    file = sent.replace("여기서 시작하세요", "여기부터").encode()
    taken = author.post("/guides/first-invoice/languages/import", data={"to": "ko", "file": (BytesIO(file), "ko.xlf")})
    assert "1 text taken." in follow(author, taken)


def test_a_theme_tells_its_contrast_and_refuses_what_is_no_colour(full: Site) -> None:
    author = full.signed_in("author")
    told = author.post("/themes/brand/contrast", data={"light-text": "#767676"}).json["pairs"]
    first = next(one for one in told if (one["scheme"], one["one"]) == ("light", "text"))
    assert (first["ratio"], first["enough"]) == (4.54, True)
    page = author.get("/themes/brand", headers=HTML).text
    refused = author.post("/themes/brand", data={"revision": revision_of(page), "light-text": "red; }"}, headers=HTML)
    assert refused.status_code == 422


def test_a_segment_is_narrowed_row_by_row(full: Site) -> None:
    author = full.signed_in("author")
    revision = revision_of(author.get("/segments/trial", headers=HTML).text)
    rows = {
        "audience-mode": "all",
        "clause-0-subject": "trait",
        "clause-0-name": "plan",
        "clause-0-comparison": "is",
        "clause-0-value": "trial",
    }
    author.post("/segments/trial", data={"revision": revision, **rows, "do": "add-clause:event"})
    body = full.content.documents.find(full.app.id, "segment", "trial").body
    assert body["rule"] == {"all": [{"trait": "plan", "is": "trial"}, {"event": ""}]}


# covers S2
def test_script_in_author_fields_is_shown_as_text(site: Site) -> None:
    from handrail_cms import publish

    steps = [{"id": "a", "title": SCRIPT, "body": SCRIPT, "target": {"css": SCRIPT}}, {"id": "b", "title": "x"}]
    audience = {"trait": SCRIPT[:90], "is": SCRIPT}
    site.draft(
        "evil",
        name=SCRIPT[:110],
        job=SCRIPT,
        steps=steps,
        audience=audience,
        translations={"ko": {"steps.a.title": {"text": SCRIPT, "of": SCRIPT}}},
    )
    publish.create(
        site.content,
        OPERATOR,
        site.app.id,
        "segment",
        {"format": 1, "key": "evil", "name": SCRIPT[:110], "rule": audience},
    )
    browser = site.signed_in("admin")
    for path in [
        "/guides",
        "/segments",
        "/segments/evil",
        *(f"/guides/evil{page}" for page in GUIDE_PAGES if "compare" not in page),
    ]:
        answer = browser.get(path, headers=HTML)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text, path
        assert "<img src=x" not in answer.text, path


# covers S3
def test_choosing_a_preference_never_leads_to_another_site(site: Site) -> None:
    browser = site.signed_in("viewer")
    for target in ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]:
        answer = browser.post("/preferences", data={"scheme": "dark", "next": target})
        assert answer.location == "/"


def test_an_archived_guide_is_found_in_the_archive_and_comes_back(site: Site) -> None:
    site.draft()
    author = site.signed_in("author")
    assert "is archived" in follow(author, author.post("/guides/first-invoice/archive", data={"do": "archive"}))
    assert "First invoice" in text_of(author.get("/guides/archive", headers=HTML))
    assert "is back." in follow(author, author.post("/guides/first-invoice/archive", data={"do": "restore"}))


def test_a_renamed_guide_is_found_by_its_old_address(site: Site) -> None:
    site.draft()
    author = site.signed_in("author")
    page = author.get("/guides/first-invoice/edit?panel=guide", headers=HTML).text
    author.post(
        "/guides/first-invoice/edit",
        data={"panel": "guide", "revision": revision_of(page), "key": "bills", "do": "save"},
    )
    assert author.get("/guides/first-invoice", headers=HTML).location == "/guides/bills"


def test_two_hundred_guides_come_in_pages_and_are_found_by_name(site: Site) -> None:
    for number in range(120):
        site.draft(f"guide-{number:03}", name=f"Guide {number:03} " + "with a rather long name that goes on " * 2)
    browser = site.signed_in("viewer")
    first = text_of(browser.get("/guides", headers=HTML))
    assert "120 guides" in first
    assert "Guide 000" in first
    assert "Guide 119" not in first
    assert "Guide 119" in text_of(browser.get("/guides?page=3", headers=HTML))
    found = text_of(browser.get("/guides?q=guide-077", headers=HTML))
    assert "1 guide" in found
    assert "Guide 077" in found


def test_invitations_and_tokens_are_shown_once_and_leave_a_trace(site: Site) -> None:
    admin = site.signed_in("admin")
    invited = admin.post("/team/invite", data={"email": "new@example.com", "role": "author"})
    link = re.search(r"/invitation/[\w-]+", invited.text)
    assert link
    assert "/invitation/" not in admin.get("/team", headers=HTML).text
    joined = site.browser().get(link[0], headers=HTML)
    assert "new@example.com" in text_of(joined)
    token = re.search(r"hr_[\w-]+", admin.post("/team/tokens", data={"name": "CI", "role": "viewer"}).text)
    assert token
    assert token[0] not in admin.get("/team/tokens", headers=HTML).text
    log = text_of(admin.get("/settings/audit", headers=HTML))
    assert "invitation.create" in log
    assert "token.create" in log


def test_the_catalogue_has_every_text_in_korean() -> None:
    """Extract every text of the templates and the code, and look each up."""
    from babel.messages.extract import extract_from_dir

    root = languages.FOLDER.parent
    texts = {
        message if isinstance(message, str) else message[0]
        for folder in ("interface", "routes", "templates")
        for _file, _line, message, *_rest in extract_from_dir(
            root / folder, [("**.py", "python"), ("**.html", "jinja2")], {"**.html": {"silent": "false"}}
        )
    }
    korean = languages.catalogue("ko")
    missing = sorted(text for text in texts if text and korean.gettext(text) == text and re.search("[a-z]{3}", text))
    assert not missing, f"{len(missing)} texts without Korean: {missing[:5]}"


def test_guide_is_a_guide() -> None:
    """The small guide of these tests validates, so that problems in them are the test's own."""
    from handrail_guides.validate import validate

    assert validate(guide()) == []
