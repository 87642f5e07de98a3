"""Advice on targets: selectors that the next build, or the next change of the page, will break."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from handrail_guides.errors import Problem
from handrail_guides.saying import say

# signals that say what the element is, not where it stands
_TELLING: Final = ("attributes", "role", "name", "text", "label")
_PLACED: Final = re.compile(r":nth-(?:last-)?(?:child|of-type)|:(?:first|last|only)-(?:child|of-type)")
_NAME: Final = re.compile(r"[.#]((?:\\.|[\w-])+)")
_TOOLS: Final = re.compile(
    r"(?:css|sc|jss|emotion|svelte|jsx|radix|headlessui|ember|ext-gen|yui|mat-input|cdk|ng-tns|_ng|mui|chakra|mantine|"
    r"rc|react-select|select2|__BVID_)[-_:]*(?=[a-z0-9]*\d|[a-z0-9]{5,}$)",
    re.I,
)


def target_advice(pointer: str, target: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield advice on one target."""
    css = target.get("css", "")
    for name in _NAME.findall(re.sub(r"\[[^\]]*\]", "", css)):
        if is_generated(name):
            message = say("“%(name)s” looks made up by a build tool; the next build makes up another.", name=name)
            mend = say("Give the element a data-tour attribute, or pick it again with the builder.")
            yield Problem(f"{pointer}/css", "generated_name", message, mend, level="advice")
            return
    if any(target.get(signal) for signal in _TELLING):
        return
    if css and (_PLACED.search(css) or len(re.findall(r"[>+~]|(?<=\S)\s+(?=\S)", css)) >= 3):
        message = say("The element is found by its place in the page alone; a change around it loses it.")
        mend = say("Add what it is: its role and name, its text, or a data-tour attribute.")
        yield Problem(f"{pointer}/css", "brittle_target", message, mend, level="advice")
    elif not css and not any(target.get(signal) for signal in _TELLING):
        message = say("The target says where the element stands, not what it is.")
        mend = say("Add its role and name, its text, or a data-tour attribute.")
        yield Problem(pointer, "brittle_target", message, mend, level="advice")


def is_generated(name: str) -> bool:
    """Tell whether a class or id was made up by a tool: hashes, running numbers, framework prefixes with either."""
    if _TOOLS.match(name) or re.search(r"\d{3,}|:r[0-9a-z]+:|[0-9a-f]{8}-[0-9a-f]{4}", name):
        return True
    return any(_is_random(part) for part in re.split(r"[-_:]+", name))


def _is_random(part: str) -> bool:
    if len(part) < 5:
        return False
    if re.fullmatch(r"[0-9a-f]{6,}", part, re.I) and re.search(r"\d", part):
        return True
    if re.search(r"[a-z]\d+[a-z]+\d|\d[a-z]+\d", part, re.I):
        return True
    letters = re.sub(r"[^a-z]", "", part, flags=re.I)
    vowels = len(re.findall(r"[aeiouy]", letters, re.I))
    mixed = re.search(r"[a-z][A-Z]+[a-z]*[A-Z]|[A-Z]{2,}[a-z]+[A-Z]", part)
    return bool(letters) and (
        (vowels / len(letters) < 0.12 and len(letters) >= 6) or (bool(mixed) and vowels / len(letters) < 0.25)
    )
