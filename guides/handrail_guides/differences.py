"""Say in words how two documents differ. Steps and buttons are told apart by their ids, so that a move is a move."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from handrail_guides.document import canonical

Json = Any
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `path` names steps and buttons by id: `("steps", "pay", "title")`; `words` is for people.

    `before` and `after` are values; of what moved, its places in the two lists, from 0.
    """

    kind: Literal["added", "removed", "changed", "moved"]
    path: Path
    words: str
    before: Json = None
    after: Json = None

    def as_json(self) -> dict[str, Json]:
        """Return the wire form."""
        return {
            "kind": self.kind,
            "path": list(self.path),
            "words": self.words,
            "before": self.before,
            "after": self.after,
        }


def diff(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[Change]:
    """Return the changes from one document to the other; none, exactly where both mean the same."""
    old = {name: value for name, value in before.items() if name != "$schema"}
    new = {name: value for name, value in after.items() if name != "$schema"}
    return list(_differences((), old, new))


def same(a: Json, b: Json) -> bool:
    """Tell whether two values are the same JSON, whatever the order of keys; 1 and 1.0 are, 1 and true are not."""
    return canonical(a) == canonical(b)


def identified(items: Json) -> dict[str, Json] | None:
    """Return id -> item of a list of objects that all have an id of their own, in order; None for any other list."""
    if not isinstance(items, list) or not items:
        return None
    found = {item["id"]: item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)}
    return found if len(found) == len(items) else None


def short(value: Json) -> str:
    """Return a value in a few words."""
    text = f"“{value}”" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= 70 else text[:67] + "…"


def _differences(path: Path, before: Json, after: Json) -> Iterator[Change]:
    if same(before, after):
        return
    old_items, new_items = identified(before), identified(after)
    if path and path[-1] in {"steps", "buttons"} and old_items is not None and new_items is not None:
        yield from _in_items(path, old_items, new_items)
    elif isinstance(before, dict) and isinstance(after, dict) and not _is_atom(path):
        yield from _in_object(path, before, after)
    else:
        words = f"{_name(path)} changed from {short(before)} to {short(after)}{_language(path)}"
        yield Change("changed", path, words, before, after)


def _in_object(path: Path, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        inner = (*path, name)
        if name not in after:
            yield Change("removed", inner, f"{_name(inner)} removed{_size(inner, before[name])}", before[name])
        elif name not in before:
            said = _size(inner, after[name]) or _value(inner, after[name])
            yield Change("added", inner, f"{_name(inner)} added{said}", None, after[name])
        else:
            yield from _differences(inner, before[name], after[name])


def _in_items(path: Path, before: dict[str, Json], after: dict[str, Json]) -> Iterator[Change]:
    for name, item in before.items():
        if name not in after:
            yield Change("removed", (*path, name), f"{_name((*path, name))} removed", item)
    order = list(after)
    for index, name in enumerate(order):
        if name not in before:
            words = f"{_name((*path, name))} added {_position(order, index)}"
            yield Change("added", (*path, name), words, None, after[name])
    kept_before, kept_after = [n for n in before if n in after], [n for n in order if n in before]
    for name in _moved(kept_before, kept_after):
        words = f"{_name((*path, name))} moved {_position(order, order.index(name))}"
        yield Change("moved", (*path, name), words, list(before).index(name), order.index(name))
    for name in kept_after:
        yield from _differences((*path, name), before[name], after[name])


def _moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the fewest names whose moving explains the new order: all but a longest common subsequence."""
    rank = {name: index for index, name in enumerate(before)}
    best: list[tuple[int, int]] = []  # for each name of `after`: length of the longest rising run to here, predecessor
    for index, name in enumerate(after):
        earlier = [(best[i][0], i) for i in range(index) if rank[after[i]] < rank[name]]
        length, previous = max(earlier, default=(0, -1))
        best.append((length + 1, previous))
    at = max(range(len(best)), key=lambda i: best[i][0], default=-1)
    stay: set[str] = set()
    while at >= 0:
        stay.add(after[at])
        at = best[at][1]
    return [name for name in after if name not in stay]


def _position(order: Sequence[str], index: int) -> str:
    return f"after *{order[index - 1]}*" if index else "to the beginning"


def _is_atom(path: Path) -> bool:
    """Rules, starts, advances and actions are told as a whole: half of a condition says nothing."""
    return bool(path) and path[-1] in {"audience", "if", "rule", "where", "start", "advance", "action"}


def _name(path: Path) -> str:
    match path:
        case ("steps", step):
            return f"step *{step}*"
        case ("steps", step, "buttons", button):
            return f"step *{step}*: button *{button}*"
        case ("steps", step, *rest):
            return f"step *{step}*: {'.'.join(rest)}"
        case ("translations", language):
            return f"language {language}"
        case ("translations", _, text, *rest):
            return _text_name(text) + ("".join(f".{part}" for part in rest if part not in {"text", "of"}))
        case _:
            return ".".join(path) or "the document"


def _text_name(text: str) -> str:
    parts = text.split(".")
    return f"step *{parts[1]}*: {'.'.join(parts[2:])}" if parts[0] == "steps" and len(parts) > 2 else text


def _language(path: Path) -> str:
    if len(path) < 3 or path[0] != "translations":
        return ""
    return f" in {path[1]}" + (" (the source that was translated)" if path[-1] == "of" else "")


def _size(path: Path, value: Json) -> str:
    if len(path) == 2 and path[0] == "translations" and isinstance(value, dict):
        return f" ({len(value)} text{'' if len(value) == 1 else 's'})"
    return _language(path)


def _value(path: Path, value: Json) -> str:
    return f": {short(value)}" if not isinstance(value, (dict, list)) else ""
