"""Good pages: awkward and noisy, as real applications are, with guides that work on them. Nothing may be reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.browser.walk_site import AMOUNT, GO, Page, guide


@dataclass(frozen=True)
class Good:
    name: str
    steps: list[dict[str, Any]] = field(default_factory=lambda: [GO, AMOUNT])
    body: str = ""
    head: str = ""
    script: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    def guide(self) -> dict[str, Any]:
        test = {"open": f"/{self.name}"} | self.more.get("test", {})
        return guide(self.name, self.steps, **{**self.more, "test": test})

    def all_pages(self) -> dict[str, Page]:
        page = Page(self.body, self.head, self.script, 200, self.headers)
        return {f"/{self.name}": page} | {f"/{self.name}{path}": other for path, other in self.pages.items()}


def step(id: str, css: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "target": {"css": css}, "title": "Have a look", "body": "This is what it is about."} | more


STRICT = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src data:; require-trusted-types-for 'script'"
}
CLICK = {"on": "click"}
LAST = {"id": "bye", "title": "That was all", "body": "Thank you.", "place": "center", "overlay": "none"}

GOOD = [
    Good("plain"),
    Good("centred", [LAST, GO, {**LAST, "id": "last"}]),
    Good("scroller", [step("row", "#row40"), step("row5", "#row5"), GO],
         body='<div style="height:200px;overflow:auto;border:1px solid #888">' + "".join(f'<p id="row{n}">Row {n}</p>' for n in range(60)) + "</div>"),
    Good("far-down", [step("low", "#low"), GO], body='<div style="height:2000px"></div><button id="low">Low</button>'),
    Good("sticky-foot", [step("low", "#low"), AMOUNT], body='<div style="height:900px"></div><button id="low">Low</button><footer style="position:fixed;bottom:0;left:0;right:0;height:70px;background:#eee">Foot</footer>'),
    Good("dialog", [{**step("open", "#open"), "advance": CLICK}, step("in", "#in"), {**step("shut", "#shut"), "advance": CLICK}, GO],
         body='<button id="open">Open</button><dialog id="box"><p>Inside</p><input id="in" aria-label="In"> <button id="shut">Shut</button></dialog>',
         script="document.getElementById('open').onclick = () => document.getElementById('box').showModal(); document.getElementById('shut').onclick = () => document.getElementById('box').close();"),
    Good("shadow", [step("deep", "button", target={"css": "button", "within": ["x-box"]}, advance=CLICK), GO],
         body="<x-box></x-box>", script="customElements.define('x-box', class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: 'open' }).innerHTML = '<button>Deep</button>'; } });"),
    Good("frame", [step("deep", "button", target={"css": "button", "within": ["iframe"]}, advance=CLICK), GO],
         body='<iframe title="In" srcdoc="<!doctype html><button>Deep</button>" style="width:300px;height:120px"></iframe>'),
    Good("late", [step("late", "#late"), GO], script="setTimeout(() => { const b = document.createElement('b'); b.id = 'late'; b.textContent = 'Late'; document.querySelector('main').append(b); }, 600);"),
    Good("transformed", [step("in", "#in"), GO], body='<div style="transform:scale(.9) translateX(20px)"><button id="in">In</button></div>'),
    Good("unset", [GO, AMOUNT], head="<style>* { all: unset; display: revert } button { display: inline !important }</style>"),
    Good("loud", [GO, AMOUNT], head="<style>button { background: red !important; position: relative !important; z-index: 2147483647 !important } div { font-size: 40px !important }</style>"),
    Good("policy", [GO, AMOUNT], headers=STRICT),
    Good("closed-policy", [GO, AMOUNT], headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}),
    Good("let-through", [step("next", "#next"), GO], body='<ul><li class="disabled"><a id="next" href="/" style="pointer-events:none">Next page</a></li></ul>'),
    Good("select", [step("pick", "#pick", advance={"on": "input"}), GO],
         body='<label>Colour <select id="pick"><option value="">Choose</option><option>Red</option><option>Blue</option></select></label>'),
    Good("kinds-of-input", [step(kind, f"#{kind}", advance={"on": "input"}) for kind in ("date", "number", "email", "checkbox", "text", "range")],
         body="".join(f'<p><label>{kind} <input id="{kind}" type="{kind}"></label></p>' for kind in ("date", "number", "email", "checkbox", "text", "range"))),
    Good("pattern", [{**AMOUNT, "advance": {"on": "input", "pattern": "[0-9]+\\.[0-9]{2}"}}, GO]),
    Good("event", [{**GO, "advance": {"on": "event", "event": "ordered"}}, AMOUNT], script="document.getElementById('go').onclick = () => handrail.track('ordered', {});"),
    Good("element", [{**GO, "advance": {"on": "element", "target": {"css": "#made"}}}, step("made", "#made")],
         script="document.getElementById('go').onclick = () => { const b = document.createElement('b'); b.id = 'made'; b.textContent = 'Made'; document.querySelector('main').append(b); };"),
    Good("delay", [{**GO, "advance": {"on": "delay", "after": "PT1S"}}, AMOUNT]),
    Good("pages", [{**step("next", "#next"), "on": {"path": "/pages"}, "advance": CLICK}, {**GO, "on": {"path": "/pages/two"}}, {**AMOUNT, "on": {"path": "/pages/two"}}],
         body='<a id="next" href="/pages/two">Next page</a>', pages={"/two": Page()}),
    Good("walked-there", [{**GO, "on": {"path": "/walked-there"}}, {**AMOUNT, "on": {"path": "/walked-there/:id", "open": "/walked-there/7"}}], pages={"/7": Page()}),
    Good("router", [{**step("next", "#next"), "advance": {"on": "path", "path": "/router/two"}}, step("two", "#two"), GO],
         body='<a id="next" href="/router/two">Next view</a><p id="view"></p>', pages={"/two": Page()},
         script="document.getElementById('next').onclick = (e) => { e.preventDefault(); history.pushState(null, '', '/router/two'); document.getElementById('view').innerHTML = '<b id=two>Two</b>'; };"),
    Good("many-views", [{**step(f"view{n}", "#on"), "advance": CLICK} for n in range(14)], body='<button id="on">Next view</button>',
         script="document.getElementById('on').onclick = () => history.pushState(null, '', `/many-views?view=${Math.random()}`);"),
    Good("branches", [{**GO, "buttons": [{"id": "a", "text": "This way", "action": {"to": "amount"}}, {"id": "b", "text": "That way", "action": {"to": "bye"}}]}, {**AMOUNT, "then": [{"to": "end"}]}, LAST]),
    Good("by-role", [{**GO, "then": [{"if": {"trait": "role", "is": "admin"}, "to": "bye"}]}, AMOUNT, LAST]),
    Good("noisy", [GO, AMOUNT], script="console.error('the page itself is unhappy'); fetch('/nowhere'); setTimeout(() => { throw new Error('the page itself fails'); }, 100);"),
    Good("jumpy-load", [GO, AMOUNT], script="document.querySelector('h1').insertAdjacentHTML('beforebegin', '<div style=\"height:160px\">Ad</div>');"),
    Good("re-rendered", [step("fresh", "#fresh"), GO], body='<p id="box"><button id="fresh">Fresh</button></p>',
         script="setInterval(() => { document.getElementById('box').innerHTML = '<button id=\"fresh\">Fresh</button>'; }, 700);"),
    Good("long-text", [{**GO, "title": "A title that has a lot to say about what this button does", "body": "It is a long story. " * 30}, AMOUNT]),
    Good("lists", [{**GO, "body": "Two things:\n\n- one is **bold**\n- the other is a [link](/lists)\n\nAnd `code`."}, AMOUNT]),
    Good("named", [{"id": "go", "target": {"css": "[data-testid=new-order]", "tag": "button", "role": "button", "name": "New order", "text": "New order"}, "title": "Start", "body": "Here."}, AMOUNT]),
    Good("modal", [{"id": "hello", "title": "Hello", "body": "Good to see you."}], more={"kind": "modal"}),
    Good("banner-over", [{"id": "hello", "body": "We close at six.", "banner": {"edge": "bottom", "mode": "overlay"}}], more={"kind": "banner"}),
    Good("banner-pushes", [{"id": "hello", "body": "We close at six. " * 25, "banner": {"edge": "top", "mode": "push"}}], more={"kind": "banner"}),
    Good("hotspot", [{**GO, "open": "click"}], more={"kind": "hotspot"}),
    Good("tooltip", [GO], more={"kind": "tooltip"}),
    Good("korean", [GO, AMOUNT], more={"translations": {"ko": {
        path: {"text": text, "of": of} for path, text, of in (
            ("steps.go.title", "여기서 시작해요", GO["title"]), ("steps.go.body", "모든 주문은 이 단추에서 시작해요.", GO["body"]),
            ("steps.amount.title", "얼마인가요?", AMOUNT["title"]), ("steps.amount.body", "금액을 적으세요.", AMOUNT["body"]))}}}),
]  # fmt: skip
