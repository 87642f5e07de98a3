"""The charts of the reports: drawn from the same numbers as their tables, read by pointer and keys, on paper too."""

from __future__ import annotations

import copy
import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from handrail_cms import auth, publish
from handrail_cms.config import load_config
from handrail_cms.crowd import DAY_MS
from handrail_cms.services import open_services
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.cms import check_all
from tests.collecting import batch, context, run_events, uid
from tests.demo import Demo, running_demo

pytestmark = pytest.mark.browser
FUNNEL = "/guides/first-invoice/report?version=1&mark=simulated"
HEALTH = "/guides/first-invoice/report/health?version=1&mark=simulated"
COMPARE = "/guides/first-invoice/report/compare?a=1&b=2&mark=simulated"
PATHS = "/guides/first-invoice/report/paths?version=1&mark=simulated"
REPORTS = "/reports?mark=simulated"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo whose crowd has been through version 1 of a guide, and a few more through version 2."""
    with running_demo(tmp_path_factory.mktemp("crowded"), "--crowd", "120") as demo:
        add_version_two(demo)
        yield demo


def add_version_two(demo: Demo) -> None:
    services = open_services(load_config({}, data=demo.data, log_level="error"))
    content, operator = services.content, auth.system("test")
    app = content.apps.all()[0]
    production = content.apps.environment(app.id, "production")
    guide = content.documents.find(app.id, "guide", "first-invoice")
    body = copy.deepcopy(guide.body)
    body["steps"][0]["title"] = "A much longer name for the first step, as somebody in a hurry would write it"
    draft = publish.save_draft(content, operator, guide, body, based_on=guide.revision)
    publish.publish(content, operator, production, [draft], note="longer")
    first = body["steps"][0]["id"]
    for number in range(60):
        at = services.clock.now_ms() - DAY_MS * (1 + number % 3)
        moves = (f"show {first}", f"end dismissed {first} close" if number % 2 else f"end failed {first} covered")
        events = run_events(at, *moves, guide="first-invoice", version=2)
        told = batch(events, at + 5_000, uid(), environment_id=production.id, said=context(mark="simulated"))
        services.events.append([told], at + 5_000)
    services.close()


@pytest.fixture
def reader(page: Page, crowded: Demo, console_errors: list[str]) -> Iterator[Page]:
    crowded.sign_in(page)
    yield page
    assert console_errors == []


def share_of(rect: Locator) -> float:
    width = rect.get_attribute("width") or ""
    return float(width.rstrip("%")) / 100


def figures(row: Locator) -> list[int]:
    """Return the whole numbers of a table's row, in order."""
    return [int(cell) for cell in row.get_by_role("cell").all_inner_texts() if re.fullmatch(r"\d+", cell.strip())]


# covers R8
def test_every_bar_of_the_funnel_is_as_long_as_its_row_says(reader: Page, crowded: Demo) -> None:
    reader.goto(crowded.cms + FUNNEL)
    bars = reader.locator("figure.funnel").get_by_role("img")
    rows = reader.get_by_role("table", name="Steps with reached").locator("tbody").get_by_role("row")
    expect(bars.first.locator(".bar-stayed")).to_have_count(1)
    whole = figures(rows.first)[0]
    assert whole > 30
    assert bars.count() == rows.count() > 3
    # all to one scale, however many digits stand beside them
    assert len({bar.evaluate("(svg) => svg.clientWidth") for bar in bars.all()}) == 1
    for bar, row in zip(bars.all(), rows.all(), strict=True):
        reached, _passed, dismissed, abandoned, failed = figures(row)[:5]
        assert share_of(bar.locator(".bar-left")) == pytest.approx((dismissed + abandoned) / whole, abs=1e-6)
        assert share_of(bar.locator(".bar-failed")) == pytest.approx(failed / whole, abs=1e-6)
        drawn = sum(share_of(rect) for rect in bar.locator("rect").all())
        assert drawn == pytest.approx(reached / whole, abs=1e-6)
        assert (bar.get_attribute("aria-label") or "").startswith(f"{reached} reached")


# covers R5, R7, R8
def test_a_day_is_read_by_pointer_and_by_keys_as_its_table_has_it(reader: Page, crowded: Demo) -> None:
    reader.goto(crowded.cms + FUNNEL)
    figure = reader.locator("figure.series")
    plot = figure.get_by_role("slider", name=re.compile(r"^\d+ runs in \d+ days, most on"))
    figure.get_by_text("As a table").click()
    days = [figures(row) for row in figure.get_by_role("table").locator("tbody").get_by_role("row").all()]
    plot.focus()
    plot.press("End")
    told = plot.get_attribute("aria-valuetext") or ""
    assert told.endswith(f": {days[-1][0]} runs, {days[-1][1]} of them completed"), told
    expect(figure.locator("[data-told]")).to_have_text(told)
    plot.press("Home")
    assert (plot.get_attribute("aria-valuetext") or "").endswith(f"{days[0][0]} runs, {days[0][1]} of them completed")
    plot.press("PageUp")
    expect(plot).to_have_attribute("aria-valuenow", "7")
    box = plot.bounding_box()
    assert box
    reader.mouse.move(box["x"] + box["width"] - 2, box["y"] + 50)
    expect(plot).to_have_attribute("aria-valuetext", told)
    with reader.expect_download() as started:
        figure.get_by_role("link", name="CSV, by day").click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text())))
    assert [[int(row["runs"]), int(row["completed"])] for row in rows] == days


def test_a_chart_follows_the_width_of_its_page_and_of_paper(reader: Page, crowded: Demo) -> None:
    reader.goto(crowded.cms + FUNNEL)
    plot = reader.get_by_role("slider")
    bar = reader.locator("figure.funnel").get_by_role("img").first
    for width in (1280, 768, 500):
        reader.set_viewport_size({"width": width, "height": 900})
        assert bar.evaluate("(svg) => svg.clientWidth") > 300  # the rail leaves it room on a tablet
        size = plot.evaluate("(svg) => [svg.clientWidth, svg.clientHeight]")
        assert size[0] < width
        expect(plot).to_have_attribute("viewBox", f"0 0 {size[0]} {size[1]}")
    inside = (
        "(svg) => [...svg.querySelectorAll('text')].every((text) => text.getBoundingClientRect().right <= innerWidth)"
    )
    assert plot.evaluate(inside)
    reader.set_viewport_size({"width": 718, "height": 1000})  # A4 with margins of a centimetre
    reader.emulate_media(media="print")
    cut = "() => document.documentElement.scrollWidth - innerWidth"
    assert reader.evaluate(cut) <= 0


def test_health_shows_each_steps_days_and_a_comparison_its_intervals(reader: Page, crowded: Demo) -> None:
    reader.goto(crowded.cms + HEALTH)
    spark = reader.get_by_role("img", name=re.compile(r"^100 % exact on .*, 100 % on ")).first
    expect(spark.locator("path.series-line")).to_have_attribute("d", re.compile(r"^M\d.*L"))
    reader.get_by_role("link", name="Compare versions").click()
    reader.get_by_label("From version").select_option("1")
    reader.get_by_role("button", name="Compare").click()
    row = reader.get_by_role("row", name=re.compile("^Completion"))
    expect(row).to_contain_text("0 %")  # nobody finished version 2: surely worse than version 1
    expect(row.locator("circle")).to_have_class("interval-sure")
    zero, high = (row.locator(one) for one in (".chart-zero", ".interval-line"))
    at = [float((line.get_attribute(name) or "").rstrip("%")) for line, name in ((high, "x2"), (zero, "x1"))]
    assert at[0] < at[1]
    expect(reader.get_by_label("From version")).to_have_value("1")


def test_what_is_counted_stays_the_same_from_tab_to_tab(reader: Page, crowded: Demo) -> None:
    reader.goto(f"{crowded.cms}/reports")
    expect(reader.locator("main")).to_contain_text("This counts simulated visitors only, not real people.")
    reader.get_by_role("row", name="First invoice 1").get_by_role("link", name="First invoice").click()
    for tab in ("Paths", "Health", "Runs", "Compare versions", "Funnel"):
        reader.get_by_role("navigation", name="Report").get_by_role("link", name=tab).click()
        expect(reader.locator("main")).to_contain_text("This counts simulated visitors only, not real people.")


# covers A10, R8
@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("en-US", "dark", 1440), ("ko-KR", "light", 390)], ids=["desk", "phone"]
)
def test_reports_with_numbers_pass_axe(
    chromium: Browser, crowded: Demo, language: str, scheme: Any, width: int
) -> None:
    context = chromium.new_context(locale=language, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    crowded.sign_in(page)
    check_all(page, crowded, (FUNNEL, HEALTH, COMPARE, PATHS, REPORTS))
    context.close()


# covers A10
def test_without_scripts_the_tables_say_it_and_no_empty_box_is_left(crowded: Demo, page: Page) -> None:
    crowded.sign_in(page)
    browser = page.context.browser
    assert browser
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    still = plain.new_page()
    still.goto(crowded.cms + FUNNEL)
    expect(still.locator("figure.funnel li").first).to_contain_text("left here")
    expect(still.locator("svg.series-plot")).to_be_hidden()
    expect(still.locator("svg.funnel-bar").first).to_be_hidden()
    still.get_by_text("As a table").click()
    expect(still.get_by_role("table", name="Runs per day")).to_be_visible()
    plain.close()
