"""A look read from a host page: what it becomes, how it reads, and who may keep it. "Look like this button"."""

from __future__ import annotations

import math
from typing import Any

import pytest
from handrail_cms import publish, themes
from handrail_guides.colours import linear, oklab
from handrail_guides.contrast import contrast, nearest_readable
from handrail_guides.validate import validate
from hypothesis import given
from hypothesis import strategies as st

from tests.server.conftest import OPERATOR, Site, problem_of
from tests.server.test_previews import Widget, code_of

BRAND = {"accent": "#3b3fb6", "on_accent": "#ffffff", "background": "#fbfaf8", "text": "#1d1b2e"}
SHAPE = {"font": "Inter, sans-serif", "size_px": 15, "radius_px": 8}
ADDRESS = "/looks/first-invoice"


def look(scheme: str = "light", colours: dict[str, Any] = BRAND, shape: dict[str, Any] = SHAPE, **more: Any) -> Any:
    return {"look": {"scheme": scheme, "colours": colours, "shape": shape}, **more}


def theme(site: Site, key: str) -> dict[str, Any]:
    return site.content.documents.find(site.app.id, "theme", key).body


@pytest.fixture
def builder(site: Site) -> Widget:
    site.draft()
    widget = Widget(site)
    assert widget.exchange(code_of(site, "builder")).status_code == 201
    return widget


@pytest.fixture
def dusk(site: Site, builder: Widget) -> None:
    """The guide wears a theme of its own."""
    body = {"format": 1, "key": "dusk", "name": "Dusk", "light": {"accent": "#663399", "border": "#cccccc"},
            "dark": {"accent": "#ccaaff"}, "shape": {"width_px": 300}}  # fmt: skip
    publish.create(site.content, OPERATOR, site.app.id, "theme", body)
    document = site.content.documents.find(site.app.id, "guide", "first-invoice")
    publish.save_draft(site.content, OPERATOR, document, document.body | {"theme": "dusk"}, based_on=1)


def test_trying_a_look_says_what_it_would_be_and_keeps_nothing(site: Site, builder: Widget) -> None:
    told = builder.call("POST", ADDRESS, json=look()).get_json()
    assert told["theme"]["light"].items() >= BRAND.items()
    assert told["theme"]["shape"] == SHAPE
    assert told["derived"] == ["border", "focus", "muted"]
    assert (told["other"], told["uses"], told["saved"]) == ({"scheme": "dark", "how": "derived"}, None, None)
    assert all(pair["enough"] and pair["nearest"] is None for pair in told["pairs"])
    assert site.content.documents.all(site.app.id, "theme") == []


def test_a_new_theme_is_kept_as_a_draft_of_the_author(site: Site, builder: Widget) -> None:
    told = builder.call("POST", ADDRESS, json=look(name="Like Ledger", save=True)).get_json()
    assert (told["saved"]["key"], told["saved"]["name"]) == ("like-ledger", "Like Ledger")
    assert told["saved"]["address"].endswith("/themes/like-ledger")
    kept = site.content.documents.find(site.app.id, "theme", "like-ledger")
    assert (kept.updated_by, kept.body["light"]["accent"]) == ("Author", "#3b3fb6")
    assert validate(kept.body, "theme") == []
    assert all(pair.enough for pair in themes.pairs(kept.body))
    assert kept.body["dark"]["accent"] != "#3b3fb6", "too dark for a dark ground"
    again = builder.call("POST", ADDRESS, json=look(name="Like Ledger", save=True)).get_json()
    assert again["saved"]["key"] == "like-ledger-2"


def test_a_look_read_in_dark_leaves_light_readable(site: Site, builder: Widget) -> None:
    dark = {"accent": "#a6a9ff", "on_accent": "#14131c", "background": "#14131c", "text": "#f0eef6"}
    told = builder.call("POST", ADDRESS, json=look("dark", dark, {}, name="Night", save=True)).get_json()
    assert told["other"] == {"scheme": "light", "how": "derived"}
    assert theme(site, "night")["dark"].items() >= dark.items()
    assert all(pair.enough for pair in themes.pairs(theme(site, "night")))


def test_without_an_accent_the_other_scheme_is_the_widgets_own(builder: Widget) -> None:
    told = builder.call("POST", ADDRESS, json=look(colours={"background": "#fff", "text": "#000"})).get_json()
    assert told["other"] == {"scheme": "dark", "how": "widget"}
    assert told["theme"]["dark"] == themes.DEFAULTS["dark"]


def test_the_worn_theme_takes_the_look_and_keeps_the_rest(site: Site, builder: Widget, dusk: None) -> None:
    tried = builder.call("POST", ADDRESS, json=look(into="used")).get_json()
    assert (tried["uses"]["key"], tried["other"]) == ("dusk", {"scheme": "dark", "how": "left"})
    revision = tried["uses"]["revision"]
    kept = builder.call("POST", ADDRESS, json=look(into="used", revision=revision, save=True)).get_json()
    assert kept["saved"]["revision"] == revision + 1
    body = theme(site, "dusk")
    assert (body["name"], body["dark"], body["light"]["accent"]) == ("Dusk", {"accent": "#ccaaff"}, "#3b3fb6")
    assert body["shape"] == {"width_px": 300, **SHAPE}
    late = builder.call("POST", ADDRESS, json=look(into="used", revision=revision, save=True))
    assert problem_of(late)["status"] == 412


def test_a_guide_in_the_widgets_own_look_has_no_theme_to_change(builder: Widget) -> None:
    told = problem_of(builder.call("POST", ADDRESS, json=look(into="used")))
    assert (told["status"], told["code"]) == (409, "no_theme")


def test_a_pair_that_is_hard_to_read_comes_with_the_nearest_that_is_not(builder: Widget) -> None:
    weak = BRAND | {"accent": "#7fb2e5", "on_accent": "#ffffff"}
    told = builder.call("POST", ADDRESS, json=look(colours=weak)).get_json()
    pair = next(one for one in told["pairs"] if (one["scheme"], one["one"]) == ("light", "on_accent"))
    assert pair["enough"] is False
    assert (contrast(pair["nearest"], "#7fb2e5") or 0) >= 4.5
    assert told["theme"]["light"]["on_accent"] == "#ffffff", "what was read is not changed behind the author's back"


BAD: list[tuple[Any, int, str]] = [
    (look(colours={"accent": "red"}), 422, "/look/colours/accent"),
    (look(colours={"acent": "#fff"}), 422, "/look/colours"),
    (look(shape={"size_px": 90}), 422, "/look/shape/size_px"),
    (look(shape={"shadow": "blurry"}), 422, "/look/shape/shadow"),
    (look(colours={}, shape={}), 422, "/look"),
    (look("dim"), 400, "/look/scheme"),
    (look(save=True), 400, "/name"),
    (look(into="used", save=True), 400, "/revision"),
    (look(into="theirs"), 400, "/into"),
    (look(name="x" * 121), 400, "/name"),
    ({"look": 7}, 400, "/look"),
    ({}, 400, "/look"),
]


@pytest.mark.parametrize(("body", "status", "pointer"), BAD)
def test_bad_input_names_its_place_and_the_mend(
    site: Site, builder: Widget, dusk: None, body: Any, status: int, pointer: str
) -> None:
    told = problem_of(builder.call("POST", ADDRESS, json=body))
    assert told["status"] == status
    found = next(one for one in told["problems"] if one["pointer"].startswith(pointer))
    assert found["message"]
    assert found["mend"]
    assert len(site.content.documents.all(site.app.id, "theme")) == 1


# covers S1, S3
def test_only_the_builders_own_page_and_hour_may_keep_a_look(site: Site, builder: Widget) -> None:
    body = look(name="Mine", save=True)
    stranger = builder.client.post(builder.base + ADDRESS, json=body, headers={"Origin": builder.headers["Origin"]})
    assert stranger.status_code == 401
    elsewhere = builder.call("POST", ADDRESS, json=body, headers={"Origin": "https://evil.example"})
    assert elsewhere.status_code == 403
    other = "https://staging.example.com"
    site.content.apps.change_environment(site.production, origins=[builder.headers["Origin"], other])
    assert builder.call("POST", ADDRESS, json=body, headers={"Origin": other}).status_code == 401
    site.draft("second")
    assert builder.call("POST", "/looks/second", json=body).status_code == 403
    site.clock.advance(minutes=61)
    assert builder.call("POST", ADDRESS, json=body).status_code == 401
    assert site.content.documents.all(site.app.id, "theme") == []


# covers S1
def test_a_preview_session_and_a_viewer_keep_nothing(site: Site, builder: Widget) -> None:
    preview = Widget(site)
    preview.exchange(code_of(site))
    assert preview.call("POST", ADDRESS, json=look(name="Mine", save=True)).status_code == 403
    site.content.people.set_role(site.users["author"].id, site.app.id, "viewer")
    assert builder.call("POST", ADDRESS, json=look(name="Mine", save=True)).status_code == 403
    assert site.content.documents.all(site.app.id, "theme") == []


def test_the_builder_gets_the_theme_that_the_guide_wears(builder: Widget, dusk: None) -> None:
    assert builder.call("GET", "/drafts/first-invoice").get_json()["theme"]["key"] == "dusk"


def test_the_endpoint_is_described_with_the_session_that_it_needs(site: Site) -> None:
    described = site.browser().get("/api/openapi.json").get_json()
    found = described["paths"]["/v1/{public_key}/looks/{guide_key}"]["post"]
    assert found["security"] == [{"builder": []}]
    assert "builder" in described["components"]["securitySchemes"]
    assert {"200", "401", "403", "409", "412", "422"} <= set(found["responses"])


colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours, colours, st.sampled_from([3.0, 4.5]))
def test_the_nearest_readable_colour_is_readable_and_a_readable_one_stays(one: str, other: str, least: float) -> None:
    nearest = nearest_readable(one, other, least)
    assert nearest is not None
    assert (contrast(nearest, other) or 0) >= least
    assert nearest == one or (contrast(one, other) or 0) < least


def hue(colour: str) -> float:
    channels = linear(colour)
    assert channels
    _, a, b = oklab(channels)
    return math.degrees(math.atan2(b, a))


@pytest.mark.parametrize("colour", ["#7fb2e5", "#e59f7f", "#8ccf74", "#c17fe5"])
def test_the_nearest_readable_colour_keeps_its_hue(colour: str) -> None:
    nearest = nearest_readable(colour, "#ffffff", 4.5)
    assert nearest
    assert hue(nearest) == pytest.approx(hue(colour), abs=4)
    assert 4.5 <= (contrast(nearest, "#ffffff") or 0) < 4.7, "no darker than it has to be"


def test_what_is_no_colour_has_no_nearest() -> None:
    assert nearest_readable("inherit", "#ffffff", 4.5) is None
