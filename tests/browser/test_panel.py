"""The debug panel of `handrail.explain({ panel: true })`: every guide, the deciding clause, the value it saw."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.site import Site, Visit, two_steps
from tests.browser.stage import ROOT

pytestmark = pytest.mark.browser


def rows(panel: Locator) -> list[list[str]]:
    """Return what each row says, cell by cell."""
    return [[cell.inner_text() for cell in row.locator("th, td").all()] for row in panel.locator("tbody tr").all()]


# covers T4 W20
def test_the_panel_shows_why_for_every_guide_and_keeps_up(site: Site, visit: Visit) -> None:
    trial = {"all": [{"device": "desktop"}, {"trait": "plan", "in": ["trial"]}]}
    site.publish(
        two_steps(key="trial", audience=trial),
        two_steps(key="elsewhere", where={"any": ["/z"]}),
        two_steps(key="asked", start={"on": "manual"}),
    )
    visit.open("/a").call("() => handrail.identify('ann', { plan: 'pro' })")
    visit.call("() => handrail.explain({ panel: true })")
    panel = visit.page.locator("handrail-panel")
    expect(panel.get_by_role("row")).to_have_count(4)
    found = {row[0]: row[1:] for row in rows(panel)}
    assert found["trial"] == [
        "is not for this visitor (audience)",
        '/all/1 {"trait":"plan","in":["trial"]}',
        '"pro"',
    ]
    assert found["elsewhere"] == ["does not live on this page (where)", '{"any":["/z"]}', '"/a"']
    assert found["asked"][0] == "waits for its start condition (start)"
    visit.page.add_script_tag(path=ROOT / "node_modules/axe-core/axe.min.js")
    wrong = visit.call("() => axe.run({ include: [['handrail-panel']] }).then((r) => r.violations.map((v) => v.id))")
    assert wrong == []
    visit.call("() => handrail.identify('ann', { plan: 'trial' })")
    visit.see("first", "trial")
    expect(panel.get_by_role("row", name="trial")).to_contain_text("is open (open)")
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)
    visit.call("() => handrail.explain({ panel: true })")
    expect(panel).to_have_count(1)
    visit.call("() => handrail.explain({ panel: true })")
    expect(panel).to_have_count(0)
    visit.call("() => handrail.explain({ panel: true })")
    expect(panel).to_have_count(1)
    visit.call("() => handrail.destroy()")
    expect(panel).to_have_count(0)
