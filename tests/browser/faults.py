"""Planted faults: pages and guides that are each broken in one known way, with the code that has to be found.

Most are what real releases do to guides; those that are about the widget itself sabotage its shadow root from the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tests.browser.walk_site import AMOUNT, GO, Page, guide

CLICK = {"on": "click"}
LATER = "<p>Nothing else is here.</p>"


@dataclass(frozen=True)
class Fault:
    name: str
    code: str
    steps: list[dict[str, Any]] = field(default_factory=lambda: [GO, AMOUNT])
    body: str = ""
    head: str = ""
    script: str = ""
    status: int = 200
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    themes: dict[str, Any] = field(default_factory=dict)
    profile: str = "quick"
    language: str = "en"

    def guide(self) -> dict[str, Any]:
        test = {"open": f"/{self.name}"} | self.more.get("test", {})
        return guide(self.name, self.steps, **{**self.more, "test": test})

    def all_pages(self) -> dict[str, Page]:
        page = Page(self.body, self.head, self.script, self.status, self.headers, self.html)
        return {f"/{self.name}": page} | {f"/{self.name}{path}": other for path, other in self.pages.items()}


def at(css: str, **more: Any) -> dict[str, Any]:
    """A step at a selector."""
    return {"id": "there", "target": {"css": css}, "title": "Look here", "body": "This is the place."} | more


def theme(**colours: str) -> dict[str, Any]:
    """A theme with some colours of its own, the same in the dark."""
    return {"format": 1, "key": "bad", "name": "Bad", "scheme": "light", "light": colours}


def shown(act: str) -> str:
    """A script that does something whenever a step appears, to `host` and `popover`."""
    return f"onStep((host, popover) => {{ {act} }});"


TARGETS = [
    Fault("gone-css", "target_not_found", [at("#removed")]),
    Fault("gone-role", "target_not_found", [at("x", target={"role": "button", "name": "Export everything"})]),
    Fault("gone-second", "target_not_found", [GO, at("[data-testid=export]")]),
    Fault("gone-shadow-host", "target_not_found", [at("button", target={"css": "button", "within": ["order-total"]})]),
    Fault(
        "gone-in-frame",
        "target_not_found",
        [at("b", target={"css": "#pay", "within": ["#frame"]})],
        body='<iframe id="frame" title="Pay" srcdoc="<p>Nothing</p>"></iframe>',
    ),
    Fault(
        "gone-too-late",
        "target_not_found",
        [at("#late")],
        script="setTimeout(() => document.querySelector('main').insertAdjacentHTML('beforeend', '<b id=late>Late</b>'), 9000);",
    ),
    Fault(
        "two-of-class",
        "target_ambiguous",
        [at(".edit")],
        body='<button class="edit">A</button> <button class="edit">B</button>',
    ),
    Fault(
        "two-of-kind",
        "target_ambiguous",
        [at("fieldset button")],
        body="<fieldset><button>Edit</button></fieldset><fieldset><button>Edit</button></fieldset>",
    ),
    Fault(
        "two-of-testid",
        "target_ambiguous",
        [at("[data-testid=row]")],
        body='<ul><li data-testid="row">One</li><li data-testid="row">Two</li></ul>',
    ),
    Fault("hidden-display", "target_hidden", [at("#menu")], body='<div id="menu" style="display:none">Menu</div>'),
    Fault(
        "hidden-visibility", "target_hidden", [at("#menu")], body='<div id="menu" style="visibility:hidden">Menu</div>'
    ),
    Fault("hidden-attribute", "target_hidden", [at("#menu")], body='<div id="menu" hidden>Menu</div>'),
    Fault(
        "hidden-details",
        "target_hidden",
        [at("#deep")],
        body="<details><summary>More</summary><p id=deep>Deep</p></details>",
    ),
    Fault(
        "hidden-size",
        "target_hidden",
        [at("#zero")],
        body='<div id="zero" style="width:0;height:0;overflow:hidden">x</div>',
    ),
    Fault(
        "hidden-parent",
        "target_hidden",
        [at("#tab")],
        body='<div style="display:none"><button id="tab">Tab</button></div>',
    ),
    Fault(
        "covered-banner",
        "target_covered",
        [at("#go", advance=CLICK)],
        body='<div style="position:fixed;inset:0 0 40% 0;background:#fff;z-index:99">We use cookies</div>',
    ),
    Fault(
        "covered-glass",
        "target_covered",
        [at("#go", advance=CLICK)],
        body='<div style="position:fixed;inset:0;z-index:99"></div>',
    ),
    Fault(
        "covered-dialog",
        "target_covered",
        [at("#go", advance=CLICK)],
        body='<dialog id="news" style="inset:0;width:100vw;height:100vh;max-width:none;max-height:none">News</dialog>',
        script="document.getElementById('news').showModal();",
    ),
    Fault(
        "covered-later",
        "target_covered",
        [GO, at("#amount", advance={"on": "input"})],
        script="document.addEventListener('click', () => document.body.insertAdjacentHTML('beforeend', '<div style=\"position:fixed;inset:0;background:#fff;z-index:9\">Wait</div>'));"
        + shown(
            "host.addEventListener('click', () => document.body.insertAdjacentHTML('beforeend', '<div style=\"position:fixed;inset:0;background:#fff;z-index:9\">Wait</div>'));"
        ),
    ),
    Fault(
        "away-fixed",
        "target_out_of_view",
        [at("#far")],
        body='<button id="far" style="position:fixed;top:160vh;left:0">Far</button>',
    ),
    Fault(
        "away-right",
        "target_out_of_view",
        [at("#far")],
        body='<button id="far" style="position:fixed;left:130vw;top:40px">Far</button>',
    ),
    Fault(
        "disabled-button",
        "target_disabled",
        [at("#save", advance=CLICK)],
        body='<button id="save" disabled>Save</button>',
    ),
    Fault(
        "disabled-aria",
        "target_disabled",
        [at("#save", advance=CLICK)],
        body='<button id="save" aria-disabled="true">Save</button>',
    ),
    Fault(
        "disabled-through",
        "target_disabled",
        [at("#save", advance=CLICK)],
        body='<ul><li><a id="save" href="/" style="pointer-events:none">Save</a></li></ul>',
    ),
    Fault(
        "disabled-fieldset",
        "target_disabled",
        [at("#save", advance=CLICK)],
        body='<fieldset disabled><button id="save">Save</button></fieldset>',
    ),
    Fault(
        "healed-id",
        "target_healed",
        [
            at(
                "x",
                target={
                    "css": "#export-v1",
                    "tag": "button",
                    "role": "button",
                    "name": "Export list",
                    "text": "Export list",
                    "near": ["Orders"],
                },
            )
        ],
        body='<button id="export-v2">Export list</button>',
    ),
    Fault(
        "healed-tag",
        "target_healed",
        [
            at(
                "x",
                target={
                    "css": "a.export",
                    "attributes": {"data-testid": "export"},
                    "tag": "a",
                    "role": "link",
                    "name": "Export list",
                    "text": "Export list",
                    "near": ["Orders"],
                },
            )
        ],
        body='<button data-testid="export">Export list</button>',
    ),
    Fault(
        "moving-target",
        "target_unstable",
        [at("#run", advance=CLICK)],
        body='<p><button id="run" style="position:relative">Run</button></p>',
        script="let x = 0; setInterval(() => { x = (x + 37) % 300; document.getElementById('run').style.left = `${x}px`; }, 15);",
    ),
    Fault(
        "replaced-target",
        "target_unstable",
        [at("#run", advance=CLICK)],
        body='<p id="box"><button id="run">Run</button></p>',
        script="setInterval(() => { const b = document.createElement('button'); b.id = 'run'; b.textContent = 'Run'; b.style.marginLeft = `${Math.random() * 200}px`; document.getElementById('box').replaceChildren(b); }, 15);",
    ),
]

PAGES = [
    Fault("page-404", "page_failed", [GO, at("#go", on={"path": "/page-404/gone"})]),
    Fault(
        "page-500", "page_failed", [GO, at("#go", on={"path": "/page-500/broken"})], pages={"/broken": Page(status=500)}
    ),
    Fault("page-403", "page_failed", [GO], status=403),
    Fault(
        "page-login",
        "page_elsewhere",
        [GO, at("#go", on={"path": "/page-login/inside"})],
        pages={"/inside": Page(script="location.replace('/page-login')")},
    ),
    Fault("page-nameless", "page_elsewhere", [GO, at("#go", on={"path": "/page-nameless/:id/edit"})]),
    Fault("page-reloads", "page_unsettled", [at("#never")], script="setTimeout(() => location.reload(), 150);"),
    Fault("page-reloads-anyway", "page_unsettled", script="setTimeout(() => location.reload(), 150);"),
    Fault(
        "page-bounces",
        "page_unsettled",
        [at("#never")],
        script="setTimeout(() => { location.href = '/page-bounces?' + Math.random(); }, 150);",
    ),
    Fault(
        "slow-target",
        "step_slow",
        [at("#late", if_missing={"wait": "PT9S", "then": "skip"})],
        script="setTimeout(() => document.querySelector('main').insertAdjacentHTML('beforeend', '<b id=late>Late</b>'), 5600);",
    ),
]

GOING_ON = [
    Fault(
        "stopped",
        "guide_ended_early",
        [GO, AMOUNT, {**GO, "id": "again"}],
        script=shown("if (host.dataset.step === 'amount') handrail.stop();"),
    ),
    Fault(
        "closed",
        "guide_ended_early",
        [GO, AMOUNT, {**GO, "id": "again"}],
        script=shown("if (host.dataset.step === 'amount') handrail.close();"),
    ),
    Fault("never-starts", "guide_not_started", head="<script>document.head.append = () => undefined;</script>"),
    Fault(
        "wrong-branch",
        "wrong_next_step",
        [{**GO, "then": [{"to": "last"}]}, AMOUNT, {**GO, "id": "last"}],
        more={"test": {"branches": [["go", "amount", "last"]]}},
    ),
    Fault(
        "wrong-condition",
        "wrong_next_step",
        [{**GO, "then": [{"if": {"trait": "role", "is_not": "admin"}, "to": "last"}]}, AMOUNT, {**GO, "id": "last"}],
        more={"test": {"branches": [["go", "amount", "last"]], "persona": {"role": "clerk"}}},
    ),
    Fault(
        "branch-by-time",
        "branch_untried",
        [{**GO, "then": [{"if": {"event": "paid"}, "to": "last"}]}, AMOUNT, {**GO, "id": "last"}],
        more={"test": {"branches": [["go", "last"]]}},
    ),
    Fault(
        "item-by-trait",
        "item_untried",
        [{"id": "install", "title": "Install it", "done": {"trait": "installed", "is": True}}],
        more={"kind": "checklist"},
    ),
    Fault(
        "stuck-input",
        "advance_stuck",
        [{**AMOUNT, "advance": {"on": "input"}, "test": {"fill": "42"}}],
        script="setInterval(() => { document.getElementById('amount').value = ''; }, 10);",
    ),
    Fault("stuck-element", "advance_stuck", [{**GO, "advance": {"on": "element", "target": {"css": "#never"}}}]),
    Fault("stuck-path", "advance_stuck", [{**GO, "advance": {"on": "path", "path": "/stuck-path/done"}}]),
    Fault(
        "stuck-button",
        "advance_stuck",
        [GO, AMOUNT],
        script="addEventListener('click', (e) => { if (e.composedPath()[0].dataset?.action === 'next') e.stopImmediatePropagation(); }, true);",
    ),
    Fault("no-event", "advance_event_missing", [{**GO, "advance": {"on": "event", "event": "order_made"}}]),
    Fault(
        "other-event",
        "advance_event_missing",
        [{**GO, "advance": {"on": "event", "event": "order_made"}}],
        script="document.getElementById('go').onclick = () => handrail.track('order_created', {});",
    ),
    Fault("no-hint", "hint_missing", [{**AMOUNT, "advance": {"on": "input", "pattern": "[A-Z]{3}-[0-9]{5}"}}]),
    Fault(
        "no-hint-number",
        "hint_missing",
        [at("#n", advance={"on": "input", "pattern": "9[0-9]{4}"})],
        body='<input id="n" type="number">',
    ),
    Fault(
        "bad-hint",
        "hint_unusable",
        [{**AMOUNT, "advance": {"on": "input", "pattern": "[0-9]+"}, "test": {"fill": "ten"}}],
    ),
    Fault(
        "bad-choice",
        "hint_unusable",
        [at("#pick", advance={"on": "input"}, test={"choose": "Blue"})],
        body='<select id="pick"><option value="">Choose</option><option>Red</option></select>',
    ),
    Fault("blocked-by-guide", "host_click_blocked", [{**GO, "overlay": "blocking", "advance": CLICK}]),
    Fault(
        "blocked-by-page",
        "host_click_blocked",
        [{**GO, "advance": CLICK}],
        script="addEventListener('click', (e) => { if (e.target.id === 'go') e.stopImmediatePropagation(); }, true);",
        head="<script>addEventListener('click', (e) => { if (e.target.id === 'go') e.stopImmediatePropagation(); }, true);</script>",
    ),
]

POPOVER = [
    Fault(
        "pop-left", "popover_out_of_view", script=shown("inside(host, '.popover { translate: -900px 0 !important }');")
    ),
    Fault(
        "pop-below", "popover_out_of_view", script=shown("inside(host, '.popover { margin-top: 900px !important }');")
    ),
    Fault(
        "pop-wide",
        "popover_out_of_view",
        script=shown("inside(host, '.popover { width: 1500px !important; max-width: none !important }');"),
    ),
    Fault(
        "pop-under",
        "popover_covered",
        head="<script>addEventListener('toggle', (e) => e.stopImmediatePropagation(), true);</script>",
        script=shown(
            "const cover = document.createElement('div'); cover.popover = 'manual'; const b = popover.getBoundingClientRect(); cover.style.cssText = `position:fixed;inset:auto;margin:0;padding:0;border:0;left:${b.left}px;top:${b.top}px;width:${b.width}px;height:${b.height}px`; document.body.append(cover); cover.showPopover();"
        ),
    ),
    Fault("pop-clear", "popover_invisible", script=shown("inside(host, '.popover { opacity: 0 !important }');")),
    Fault(
        "pop-hidden", "popover_invisible", script=shown("inside(host, '.popover { visibility: hidden !important }');")
    ),
    Fault("pop-ghost", "popover_invisible", script=shown("inside(host, '.frame { opacity: 0.02 !important }');")),
    Fault(
        "pop-on-target",
        "popover_over_target",
        [{**GO, "overlay": "none"}],
        script=shown(
            "const b = document.getElementById('go').getBoundingClientRect(); inside(host, `.popover { position: fixed !important; inset: auto !important; left: ${b.left - 20}px !important; top: ${b.top - 20}px !important; translate: none !important; transform: none !important; margin: 0 !important }`);"
        ),
    ),
    Fault(
        "spot-elsewhere",
        "points_elsewhere",
        script=shown("inside(host, '.spot { margin: 200px 0 0 300px !important }');"),
    ),
    Fault("spot-left", "points_elsewhere", script=shown("inside(host, '.spot { margin-left: -250px !important }');")),
    Fault(
        "clip-height",
        "text_clipped",
        script=shown(
            "inside(host, '.scroll { height: 14px !important; overflow: hidden !important; display: block !important }');"
        ),
    ),
    Fault(
        "clip-line",
        "text_clipped",
        [{**GO, "title": "A title that is a good deal longer than one line of a narrow popover can hold"}],
        script=shown("inside(host, '#title { white-space: nowrap !important; overflow: hidden !important }');"),
    ),
    Fault(
        "clip-width",
        "text_clipped",
        [{**GO, "body": "Thisisoneverylongwordwithoutanyplacetobreakit" * 3}],
        script=shown(
            "inside(host, '* { overflow-wrap: normal !important; word-break: keep-all !important; hyphens: none !important } .scroll { overflow: hidden !important }');"
        ),
    ),
    Fault("no-words", "text_missing", [{"id": "go", "target": {"css": "#go"}, "body": "{nobody}"}]),
    Fault(
        "no-words-left",
        "text_missing",
        script=shown("for (const part of host.shadowRoot.querySelectorAll('#title,#body')) part.textContent = '';"),
    ),
    Fault("gap-title", "placeholder_open", [{**GO, "title": "Hello {name}"}]),
    Fault("gap-body", "placeholder_open", [{**GO, "body": "You are on the plan {plan}."}]),
    Fault("picture-gone", "media_broken", [{**GO, "media": {"src": "/picture-gone/no.png", "alt": "A chart"}}]),
    Fault("picture-page", "media_broken", [{**GO, "media": {"src": "/picture-page", "alt": "A chart"}}]),
    Fault("link-404", "link_broken", [{**GO, "body": "Read [the manual](/link-404/manual)."}]),
    Fault(
        "link-500",
        "link_broken",
        [{**GO, "body": "Read [the manual](/link-500/manual)."}],
        pages={"/manual": Page(status=500)},
    ),
    Fault("french-asked", "language_missing", language="fr"),
    Fault(
        "half-korean",
        "text_untranslated",
        language="ko",
        more={"translations": {"ko": {"steps.go.title": {"text": "여기서 시작해요", "of": "Start here"}}}},
    ),
    Fault("copied", "left_behind", script=shown("document.body.append(host.cloneNode(true));")),
    Fault(
        "marked", "left_behind", script=shown("document.getElementById('go').setAttribute('data-handrail-seen', '1');")
    ),
    Fault("pushes", "layout_shift", script=shown("document.body.style.paddingTop = '260px';")),
    Fault(
        "pushed-twice",
        "layout_shift",
        [{"id": "hello", "body": "We close at six.", "banner": {"edge": "top", "mode": "push"}}],
        script="onStep(() => { document.querySelector('main').style.marginTop = '260px'; });",
        more={"kind": "banner"},
    ),
    Fault("squeezes", "layout_shift", script=shown("document.querySelector('header').style.height = '280px';")),
    Fault("says-error", "console_error", script=shown("console.error('handrail: the theme could not be read');")),
    Fault("throws", "script_error", script=shown("host.remove = () => { throw new Error('broken by the page'); };")),
    Fault("file-gone", "request_failed", [{**GO, "media": {"src": "/widget/none.png", "alt": "A chart"}}]),
    Fault(
        "policy-picture",
        "policy_violation",
        [{**GO, "media": {"src": "/widget/none.png", "alt": "A chart"}}],
        headers={"Content-Security-Policy": "img-src 'none'"},
    ),
    Fault(
        "policy-film",
        "policy_violation",
        [{**GO, "media": {"type": "video", "src": "/widget/none.mp4", "alt": "A film"}}],
        headers={"Content-Security-Policy": "media-src 'none'"},
    ),
]

THOROUGH_ = [
    Fault(
        "pale-text", "contrast_low", more={"theme": "bad"}, themes={"bad": theme(background="#ffffff", text="#bbbbbb")}
    ),
    Fault(
        "pale-button",
        "contrast_low",
        more={"theme": "bad"},
        themes={"bad": theme(accent="#ffe27a", on_accent="#ffffff")},
    ),
    Fault(
        "pale-hint", "contrast_low", more={"theme": "bad"}, themes={"bad": theme(background="#ffffff", muted="#cccccc")}
    ),
    Fault(
        "nameless",
        "axe_violation",
        script=shown("popover.removeAttribute('aria-labelledby'); popover.removeAttribute('aria-label');"),
    ),
    Fault(
        "nameless-button",
        "axe_violation",
        script=shown(
            "const b = popover.querySelector('button.close'); b.textContent = ''; b.ariaLabel = ''; b.removeAttribute('aria-label');"
        ),
    ),
    Fault("focus-thief", "focus_not_moved", script="setInterval(() => document.querySelector('header a').focus(), 5);"),
    Fault(
        "focus-blurred",
        "focus_not_moved",
        script="setInterval(() => document.querySelector('handrail-guide')?.shadowRoot.activeElement?.blur(), 5);",
    ),
    Fault(
        "tab-thief",
        "focus_not_trapped",
        script="addEventListener('keyup', (e) => { if (e.key === 'Tab') document.querySelector('header a').focus(); }, true);",
    ),
    Fault(
        "tab-third",
        "focus_not_trapped",
        script="let n = 0; addEventListener('keyup', (e) => { if (e.key === 'Tab' && (n += 1) % 4 === 0) document.querySelector('header a').focus(); }, true);",
    ),
    Fault(
        "escape-eaten",
        "escape_ignored",
        head="<script>addEventListener('keydown', (e) => { if (e.key === 'Escape') e.stopImmediatePropagation(); }, true);</script>",
    ),
    Fault(
        "focus-lost",
        "focus_not_returned",
        more={"start": {"on": "manual"}},
        script=shown(
            "new MutationObserver(() => { if (!document.querySelector('handrail-guide')) setTimeout(() => document.getElementById('amount').focus(), 0); }).observe(document.documentElement, { childList: true });"
        ),
    ),
    Fault(
        "no-keyboard",
        "keyboard_unreachable",
        [at("#card", advance=CLICK)],
        body='<div id="card" onclick="this.textContent=1">Card</div>',
    ),
    Fault(
        "no-tab-stop",
        "keyboard_unreachable",
        [at("#save", advance=CLICK)],
        body='<span id="save" onclick="this.textContent=1">Save</span>',
    ),
    Fault(
        "restless",
        "motion_not_reduced",
        script=shown(
            "inside(host, '@keyframes drift { to { margin-left: 80px } } .popover { animation: drift 2s linear infinite alternate !important }');"
        ),
    ),
]

DECLARED = [
    Fault(
        "mended",
        "expected_failure_gone",
        [
            {
                **GO,
                "test": {"expect_failure": {"code": "target_not_found", "reason": "Ticket 12", "until": "2099-01-01"}},
            }
        ],
    ),
    Fault(
        "overdue",
        "expected_failure_expired",
        [
            at(
                "#removed",
                test={"expect_failure": {"code": "target_not_found", "reason": "Ticket 12", "until": "2020-01-01"}},
            )
        ],
    ),
]

THOROUGH = [replace(fault, profile="thorough") for fault in THOROUGH_]
FAULTS = [*TARGETS, *PAGES, *GOING_ON, *POPOVER, *THOROUGH, *DECLARED]
