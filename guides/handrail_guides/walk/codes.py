"""Every finding that a walk can make: its code, how grave it is, what it says and what mends it.

The table of `docs/qa.md` is held to this one by a test. Imports nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "warning"]
Profile = Literal["quick", "thorough"]


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `message` and `mend` are for people; `profile` is the least that looks for it."""

    code: str
    severity: Severity
    message: str
    mend: str
    profile: Profile = "quick"


_TABLE: Final = (
    # the guide as a whole
    Code(
        "guide_not_started",
        "error",
        "The guide did not start.",
        "Look at “where”, “audience” and “start”, and at handrail.explain() on that page.",
    ),
    Code(
        "guide_ended_early",
        "error",
        "The guide ended before its last step.",
        "Find what closed it: a click outside, another guide, or a script of the page.",
    ),
    Code(
        "wrong_next_step",
        "error",
        "Another step followed than this path expects.",
        "Look at the step's “then” and at the traits of the persona.",
    ),
    Code(
        "left_behind",
        "error",
        "Something of the guide stayed on the page after its end.",
        "Find the script that moved or copied parts of the guide.",
    ),
    Code(
        "language_missing",
        "warning",
        "The guide was shown in another language than asked for.",
        "Translate the guide, or take the language out of the walk.",
    ),
    Code(
        "text_untranslated",
        "warning",
        "A text of this step is not translated.",
        "Translate it, in the table of languages or in the file.",
    ),
    # the page
    Code(
        "page_failed",
        "error",
        "The step's page answers with an error.",
        "Look at “on” of the step, and at the host application.",
    ),
    Code(
        "page_elsewhere",
        "error",
        "The step's page was not reached.",
        "Give “on.open” an address that leads there, or sign in with a persona that may go there.",
    ),
    Code(
        "page_unsettled",
        "error",
        "The page never came to rest.",
        "Find what keeps it moving: a reload, a redirect loop, or content that changes without end.",
    ),
    # the target
    Code("target_not_found", "error", "The target is not on the page.", "Pick the element again in the builder."),
    Code(
        "target_ambiguous",
        "error",
        "Several elements fit the target equally well.",
        "Add what tells them apart: a test id, a name, or “nth”.",
    ),
    Code(
        "target_hidden",
        "error",
        "The target is on the page but cannot be seen.",
        "Open what hides it in the step before, or point at something visible.",
    ),
    Code(
        "target_covered",
        "error",
        "Something else lies over the target.",
        "Close or move what covers it, or point at something else.",
    ),
    Code(
        "target_out_of_view",
        "error",
        "The target stays outside the viewport.",
        "Point at an element that can be scrolled into view at this size.",
    ),
    Code(
        "target_disabled",
        "error",
        "The step waits for a click on a disabled control.",
        "Enable the control before this step, or advance in another way.",
    ),
    Code(
        "target_healed",
        "warning",
        "The element was found again by likeness only.",
        "Accept the repaired target in the CMS, or pick the element again.",
    ),
    Code(
        "target_unstable",
        "error",
        "The target keeps moving or being replaced.",
        "Point at a steadier element, or stop the animation.",
    ),
    # the popover
    Code(
        "popover_out_of_view",
        "error",
        "The popover is not wholly inside the viewport.",
        "Shorten the text or choose another place.",
    ),
    Code("popover_over_target", "error", "The popover lies over its own target.", "Choose another place for it."),
    Code(
        "popover_covered",
        "error",
        "Something of the page lies over the popover.",
        "Find the element of the page with the higher layer.",
    ),
    Code(
        "popover_invisible",
        "error",
        "The popover is in the page but cannot be seen.",
        "Find the style or script of the page that hides it.",
    ),
    Code(
        "points_elsewhere",
        "error",
        "The spotlight is not where the target is.",
        "Find what moves the page after the step was placed.",
    ),
    Code("text_clipped", "error", "A part of the text is cut off.", "Shorten the text, or widen the theme."),
    Code("text_missing", "error", "The popover shows no text.", "Write a title or a body, in this language too."),
    Code(
        "placeholder_open",
        "warning",
        "A placeholder shows neither a value nor a default.",
        "Give it a default: {name|there}.",
    ),
    Code(
        "media_broken", "error", "A picture or film of the step does not load.", "Upload it again, or mend its address."
    ),
    Code("link_broken", "error", "A link of the step leads to an error.", "Mend the address of the link."),
    # going on
    Code(
        "advance_stuck",
        "error",
        "The step's own action was done and the guide did not go on.",
        "Compare “advance” with what the page does now.",
    ),
    Code(
        "advance_event_missing",
        "error",
        "The page never sent the event that the step waits for.",
        "Call handrail.track() with that name where it happens.",
    ),
    Code(
        "hint_missing",
        "warning",
        "The walker does not know what to type here.",
        "Say it in the step's “test”: fill, choose, check or press.",
    ),
    Code(
        "hint_unusable",
        "error",
        "What the step's “test” says cannot be done here.",
        "Bring “test” in line with the control.",
    ),
    Code(
        "host_click_blocked",
        "error",
        "The page's own control no longer gets its click while the guide is shown.",
        "Choose the overlay “spotlight” or “none”, or find the script that swallows the click.",
    ),
    Code(
        "step_slow",
        "warning",
        "The step took long to appear.",
        "Find what the page loads late, or raise “if_missing.wait” knowingly.",
    ),
    # what the widget does to the page
    Code(
        "console_error",
        "error",
        "The widget wrote an error to the console.",
        "Read it: it names what the widget could not do.",
    ),
    Code(
        "script_error",
        "error",
        "The widget threw an exception.",
        "Report it with the picture and the version of the widget.",
    ),
    Code(
        "request_failed",
        "error",
        "A request of the widget failed.",
        "Look at the address, the network and the server's log.",
    ),
    Code(
        "policy_violation",
        "error",
        "The page's Content-Security-Policy blocked something of the widget.",
        "Allow the widget's origin as docs/csp.md says.",
    ),
    Code(
        "layout_shift",
        "error",
        "The page moved when the guide appeared.",
        "Use a banner that overlays, or find what reacts to the guide.",
    ),
    # thorough
    Code(
        "contrast_low",
        "error",
        "A text of the popover has too little contrast.",
        "Mend the colours of the theme.",
        "thorough",
    ),
    Code(
        "axe_violation",
        "error",
        "axe found an accessibility problem in the popover.",
        "Read the rule at dequeuniversity.com and mend the text, the media or the page.",
        "thorough",
    ),
    Code(
        "focus_not_moved",
        "error",
        "The keyboard focus did not move into the popover.",
        "Find the script of the page that takes the focus away.",
        "thorough",
    ),
    Code(
        "focus_not_trapped",
        "error",
        "Tab leaves the popover and its target.",
        "Find the script of the page that moves the focus.",
        "thorough",
    ),
    Code(
        "focus_not_returned",
        "error",
        "After closing, the focus is not where it was before.",
        "Find what removed or refocused the element.",
        "thorough",
    ),
    Code(
        "escape_ignored",
        "error",
        "Escape does not close the guide.",
        "Find the script of the page that swallows the key.",
        "thorough",
    ),
    Code(
        "keyboard_unreachable",
        "error",
        "The step cannot be done by keyboard alone.",
        "Make the target focusable, or advance with “next”.",
        "thorough",
    ),
    Code(
        "motion_not_reduced",
        "warning",
        "The popover still moves although reduced motion is asked for.",
        "Set the theme's motion to 0, or find the page's animation.",
        "thorough",
    ),
    # declared
    Code(
        "expected_failure_gone",
        "error",
        "A failure that the guide file expects did not happen.",
        "Take “expect_failure” out of the file.",
    ),
    Code(
        "expected_failure_expired",
        "error",
        "A failure is expected only until a day that is over.",
        "Mend the failure, or set a new day knowingly.",
    ),
    Code(
        "branch_untried",
        "warning",
        "A branch could not be taken here.",
        "Name a persona that meets its condition, or a path in the guide's “test.branches”.",
    ),
    Code(
        "item_untried",
        "warning",
        "An item of a checklist could not be brought about here.",
        "Tick it by an event or by its own button, or have the host set the trait while it is tested.",
    ),
)
CODES: Final = {code.code: code for code in _TABLE}
