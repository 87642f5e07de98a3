"""What is right and wrong about a step that is shown: the quick half of the judgement. Needs a page; draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from handrail_guides import localise
from handrail_guides.walk.findings import Finding, StepWalk

if TYPE_CHECKING:
    from handrail_guides.walk.driver import Follower

Box = list[float]
EDGE_PX: Final = 1.5
OVERLAP_SHARE: Final = 0.2
SHIFT_LEAST: Final = 0.05
"""A layout shift below this cannot be seen as one: half of what Core Web Vitals call good."""
LOOKS: Final = 8
"""A target that was drawn anew each time between finding it and looking at it is one that nobody can use."""


def step(follower: Follower, document: Mapping[str, Any], met: StepWalk) -> None:
    """Judge the step on the screen and write what was found into `met`."""
    located, seen = _look(follower, document)
    if seen is None or seen["popover"] is None:
        met.findings.append(Finding("popover_invisible", met.step, "It went away while it was looked at."))
        return
    follower.probe("forget")
    popover = seen["popover"]
    met.title = popover["title"] or popover["text"][:80]
    _judge_popover(follower, met, seen)
    if located is not None:
        met.target = located["box"]
        _judge_target(follower, document, met, located, seen)
    _judge_texts(follower, document, met, popover)
    take_record(follower, met.findings, met.step, seen)
    if follower.case.profile == "thorough":
        from handrail_guides.walk import thorough

        if popover["faint"]:
            _add(met, "contrast_low", popover["faint"][0])
        thorough.judge_step(follower, document, met)


def _look(follower: Follower, document: Mapping[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Find the target and look at the step; again, where the page drew the target anew in between."""
    located = follower.probe("find", document["target"]) if "target" in document else None
    seen = _steady(follower)
    for _ in range(LOOKS):
        if not (located and located["box"] and seen and seen["target"] is None):
            break
        # Both at once now: waiting for a still popover gives a page that draws often the time to draw again.
        located = follower.probe("find", document["target"])
        seen = follower.probe("step", follower.key)
    return located, seen


def target_detail(target: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Say what was looked for and how it stands."""
    wanted = target.get("css") or target.get("name") or target.get("text") or target.get("role") or "the target"
    told = found.get("view") if found.get("view") not in (None, "visible") else found.get("state")
    return f"Looked for {wanted}: {str(told).replace('_', ' ')}."


def take_record(
    follower: Follower, findings: list[Finding], step_id: str | None, seen: Mapping[str, Any] | None = None
) -> None:
    """Turn what the widget caused since the last look into findings, each kind once."""
    record = follower.stage.record
    policy: list[str] = [*record.take("policy"), *(seen["violations"] if seen else [])]
    for code, lines in (
        ("console_error", record.take("console")),
        ("script_error", record.take("exceptions")),
        ("request_failed", record.take("requests")),
        ("policy_violation", policy),
    ):
        if lines:
            findings.append(Finding(code, step_id, lines[0]))


def end(follower: Follower) -> None:
    """Judge what the guide leaves behind after its last step."""
    walk = follower.walk_
    if walk.kind == "tooltip":
        follower.ask("handrail.stop()")
    follower.until(lambda glance: not glance["open"] and glance["step"] is None, 1_500)
    left = follower.probe("remains", follower.key)
    if left:
        walk.findings.append(Finding("left_behind", None, f"{left[0]} is still there."))


def _steady(follower: Follower) -> dict[str, Any] | None:
    """Look at the step once its popover stands still: it may be on its way in, and its pictures may load."""
    last: Any = None
    for _ in range(40):
        seen = follower.probe("step", follower.key)
        popover = seen["popover"] if seen else None
        if popover and popover["box"] == last and not (popover["loading"] or popover["moving"]):
            return seen
        last = popover["box"] if popover else None
        follower.page.wait_for_timeout(25)
    return follower.probe("step", follower.key)


def _judge_popover(follower: Follower, met: StepWalk, seen: Mapping[str, Any]) -> None:
    popover, (width, height) = seen["popover"], seen["viewport"]
    left, top, wide, high = popover["box"]
    if not popover["seen"]:
        _add(met, "popover_invisible", "It is transparent, hidden or without size.")
        return
    if left < -EDGE_PX or top < -EDGE_PX or left + wide > width + EDGE_PX or top + high > height + EDGE_PX:
        _add(
            met,
            "popover_out_of_view",
            f"It is at {left:.0f}, {top:.0f}, {wide:.0f} × {high:.0f} in {width} × {height}.",
        )
    elif popover["cover"]:
        _add(met, "popover_covered", f"{popover['cover']} lies over it.")
    if popover["clipped"]:
        _add(met, "text_clipped", f"“{popover['clipped'][0]}”.")
    if popover["broken"]:
        _add(met, "media_broken", popover["broken"][0])
    moved = sum(seen["shifts"])
    if moved >= SHIFT_LEAST:
        _add(met, "layout_shift", f"Its score is {moved:.2f}.")


def _judge_target(
    follower: Follower, document: Mapping[str, Any], met: StepWalk, located: Mapping[str, Any], seen: Mapping[str, Any]
) -> None:
    """Judge the element that is pointed at, by the widget's own locator and by what a click would reach."""
    state, target = located["state"], seen["target"]
    met.match, met.confidence = state, located["confidence"]
    if state == "healed":
        missed = ", ".join(located["missed"]) or "its selector"
        _add(met, "target_healed", f"Confidence {located['confidence']:.2f}; no longer agrees: {missed}.")
    elif state == "exact" and "css" in document["target"] and "css" not in located["signals"]:
        _add(met, "target_healed", f"{document['target']['css']} no longer finds it; its other signals do.")
    if target is None:
        code = "target_unstable" if located["box"] else _absent(located)
        _add(met, code, target_detail(document["target"], located))
        return
    _judge_reach(follower, document, met, target, seen["viewport"])
    popover = seen["popover"]
    if _overlap(popover["box"], target["box"]) > OVERLAP_SHARE and _could_stand_beside(target["box"], seen["viewport"]):
        _add(met, "popover_over_target", f"{_overlap(popover['box'], target['box']):.0%} of the target is covered.")
    if popover["spot"] and _apart(popover["spot"], _in_view(target["box"], seen["viewport"])):
        _add(met, "points_elsewhere", f"The spotlight is at {popover['spot'][:2]}, the target at {target['box'][:2]}.")


def _judge_reach(
    follower: Follower, document: Mapping[str, Any], met: StepWalk, target: Mapping[str, Any], viewport: list[float]
) -> None:
    left, top, wide, high = target["box"]
    if left >= viewport[0] or top >= viewport[1] or left + wide <= 0 or top + high <= 0:
        _add(met, "target_out_of_view", f"It is at {left:.0f}, {top:.0f}.")
    elif target["reach"]["point"] is None and target["reach"]["by"] not in ("handrail-guide", "nothing"):
        _add(met, "target_covered", f"{target['reach']['by']} lies over it.")
    if target["disabled"] and document.get("advance", {}).get("on") == "click":
        _add(met, "target_disabled", f"<{target['tag']}>.")


def _absent(located: Mapping[str, Any]) -> str:
    return {"ambiguous": "target_ambiguous"}.get(
        located["state"], "target_hidden" if located.get("view") else "target_not_found"
    )


def _judge_texts(follower: Follower, document: Mapping[str, Any], met: StepWalk, popover: Mapping[str, Any]) -> None:
    guide, language = follower.case.guide, follower.case.language
    if not popover["text"]:
        _add(met, "text_missing", "")
    chain = localise.chain(language, guide)
    shown = popover["language"].lower()
    if (
        shown
        and shown not in {tag.lower() for tag in chain[:-1]}
        and chain[0].lower() != shown
        and language != guide["language"]
    ):
        if not any(finding.code == "language_missing" for finding in follower.walk_.findings):
            follower.walk_.findings.append(
                Finding("language_missing", None, f"Asked for {language}, shown in {shown}.")
            )
    elif language != guide["language"] and language in guide.get("translations", {}):
        untold = [path for path, status in localise.statuses(guide, language).items()
                  if status == "missing" and path.startswith(f"steps.{met.step}.")]  # fmt: skip
        if untold:
            _add(met, "text_untranslated", untold[0])
    _judge_placeholders(follower, document, met)
    _judge_links(follower, met, popover["links"])


def _judge_placeholders(follower: Follower, document: Mapping[str, Any], met: StepWalk) -> None:
    from handrail_guides.texts import Placeholder, TextError, pieces

    traits: dict[str, Any] = follower.ask("() => window.__handrail_walk.traits()") or {}
    for name in ("title", "body"):
        try:
            found = [piece for piece in pieces(document.get(name, "")) if isinstance(piece, Placeholder)]
        except TextError:
            continue
        for piece in found:
            if piece.default is None and piece.name != "#" and piece.name not in traits:
                _add(met, "placeholder_open", f"{{{piece.name}}} in the {name}.")


def _judge_links(follower: Follower, met: StepWalk, links: list[str]) -> None:
    """Ask for the links that lead into the application itself; others are not ours to call."""
    for link in links:
        if link.startswith(follower.options.base) and (status := follower.status_of(link)) >= 400:
            _add(met, "link_broken", f"{link} answers {status}.")


def _could_stand_beside(target: Box, viewport: list[float]) -> bool:
    """Tell whether there is room beside the target at all: a target that fills the window has to share it."""
    return target[2] * target[3] < 0.35 * viewport[0] * viewport[1]


def _in_view(box: Box, viewport: list[float]) -> Box:
    left, top = max(box[0], 0), max(box[1], 0)
    right, bottom = min(box[0] + box[2], viewport[0]), min(box[1] + box[3], viewport[1])
    return [left, top, max(right - left, 0), max(bottom - top, 0)]


def _overlap(a: Box, b: Box) -> float:
    """Return the share of `b` that `a` lies over."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return wide * high / (b[2] * b[3]) if wide > 0 and high > 0 and b[2] * b[3] else 0.0


def _apart(spot: Box, target: Box) -> bool:
    """Tell whether the spotlight misses the target: less than half of it is lit."""
    return target[2] * target[3] > 0 and _overlap(spot, target) < 0.5


def _add(met: StepWalk, code: str, detail: str) -> None:
    if all(finding.code != code for finding in met.findings):
        met.findings.append(Finding(code, met.step, detail))
