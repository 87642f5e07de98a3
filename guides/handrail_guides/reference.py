"""Write the reference page of the format, docs/guide-format.md, from the schemas."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from handrail_guides.layout import lay_out
from handrail_guides.schemas import schema

Json = Any

# the schemas that people write, each with the parts that get a section of their own
PAGES: Final = ("guide", "target", "rule", "segment", "theme", "environment")
_INTRODUCTION: Final = """# The guide format

Generated from the schemas in `guides/handrail_guides/schema/`, which are also served at `/schema/`: change
them, then run `python -m handrail_guides.reference > docs/guide-format.md`.

A guide is one JSON file, the same in the CMS, in Git, in the API and in an export; segments, themes and
environments are files too. Name the schema in a file and editors complete and check it: `"$schema":
"https://YOUR-SERVER/schema/guide.json"`. `handrail validate` names every problem with its line and its mend,
`handrail lint` gives [advice](lint.md). An unknown key is an error.

**Hash and layout.** A version is known by the SHA-256 of its canonical JSON (RFC 8785), without `$schema`;
layout is free. `handrail pull` writes one layout: keys in the order of this page, short things on one line.

**Formats.** `format` is 1. Files of format 0 (written before the format had a number) are upgraded on read and
each change is named: `where` or `audience` as a list, `frequency`, `advance`, `if_missing` as a word, `target`
as a selector, `on` as a path. A newer format is refused with the release that is needed.

**Limits.** At most 1 MiB and 48 levels deep; numbers that a double holds; no repeated keys.

**Texts** are a subset of Markdown: paragraphs, `**bold**`, `*italics*`, `` `code` ``, `[links](/help)`, lists,
and pictures `![what it shows](/uploads/…)`. Titles and buttons hold one line without lists and pictures. HTML
is text. Links lead to `https:`, `http:`, `mailto:`, `tel:`, or a path of the host.

**Placeholders and plurals** (a subset of ICU MessageFormat): `{name|there}` is the visitor's trait `name`, or
`there` where it is missing; `{count, plural, =0 {none} one {# invoice} other {# invoices}}` chooses by the CLDR
category of the number, `#` is the number; `\\\\{` is a brace. Each language has its own forms; lint names the
ones that are lacking.

**Translations** are named by text path: `steps.<step id>.title`, `.body`, `.media.alt`, `.buttons.<id, or place
from 0>`, `.variants.<place>.title`. `of` holds the source that was translated: where it differs from today's,
the translation is stale. A visitor's language is looked up as RFC 4647 says (`ko-KR`, then `ko`), then the
environment's fallbacks, then the guide's own language, text by text.
"""


def reference() -> str:
    """Return the page."""
    parts = [_INTRODUCTION.replace("\\\\", "\\")]
    for name in PAGES:
        parts += _page(name)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _page(name: str) -> Iterator[str]:
    whole = schema(name)
    yield f"\n## {whole['title']}\n"
    yield f"`schema/{name}.json`. {whole['description']}\n"
    yield from _table(whole, name)
    for example in whole.get("examples", [])[:1]:
        text = lay_out(example, name) if name in {"guide", "segment", "theme", "environment"} else _short(example)
        yield f"```json\n{text.rstrip()}\n```\n"
    for key, part in whole.get("$defs", {}).items():
        yield from _section(name, key, part)


def _section(file: str, key: str, part: Mapping[str, Json]) -> Iterator[str]:
    if not ({"properties", "oneOf", "enum", "pattern"} & set(part)) and "description" not in part:
        return
    yield f"\n### {_words(part, key)}\n"
    if "description" in part:
        yield f"{part['description']}\n"
    if "enum" in part:
        yield f"One of {_listed(part['enum'])}.{_default(part)}\n"
    elif "pattern" in part:
        yield f"Text of the form `{part['pattern']}`.\n"
    alternatives = part.get("oneOf", [])
    if alternatives and any("properties" in each for each in alternatives):
        yield f"One of the following.{_default(part)}\n"
        for each in alternatives:
            yield from _alternative(each, file)
    elif alternatives:
        yield f"{' or '.join(_kind(each, file) for each in alternatives).capitalize()}.{_default(part)}\n"
    yield from _table(part, file)


def _alternative(part: Mapping[str, Json], file: str) -> Iterator[str]:
    if "properties" not in part:
        yield f"- {_kind(part, file)}\n"
        return
    tag = part["properties"].get("on", {}).get("const")
    names = [name for name in part["properties"] if name != "on"]
    head = f'`{{"on": "{tag}"}}`' if tag else f"`{names[0]}`"
    fields = "; ".join(
        f"`{name}`{'' if name in part.get('required', []) else ' (optional)'}: {_kind(part['properties'][name], file)}"
        for name in names
    )
    yield f"- {head}" + (f": {fields}" if fields else "") + "\n"


def _table(part: Mapping[str, Json], file: str) -> Iterator[str]:
    rows = list(_rows(part, file, ""))
    if rows:
        yield "| key | value | meaning |\n| --- | --- | --- |"
        yield from rows
        yield ""


def _rows(part: Mapping[str, Json], file: str, prefix: str) -> Iterator[str]:
    for name, value in part.get("properties", {}).items():
        if name == "$schema":
            continue
        must = " (required)" if name in part.get("required", []) else ""
        meaning = str(value.get("description") or _found_description(value, file)) + _default(value)
        yield f"| `{prefix}{name}`{must} | {_kind(value, file)} | {_cell(meaning)} |"
        if "properties" in value:
            yield from _rows(value, file, f"{prefix}{name}.")


def _kind(value: Mapping[str, Json], file: str) -> str:
    if "$ref" in value:
        return _link(value["$ref"], file)
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "enum" in value:
        return _listed(value["enum"])
    if "oneOf" in value:
        return " or ".join(_kind(each, file) for each in value["oneOf"])
    kind = value.get("type", "anything")
    if kind == "array":
        return f"list of {_kind(value.get('items', {}), file)}" if "items" in value else "list"
    words = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "object"}
    listed = kind if isinstance(kind, list) else [kind]
    return " or ".join(words.get(str(each), str(each)) for each in listed) + _bounds(value)


def _bounds(value: Mapping[str, Json]) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    if low is not None and high is not None:
        return f", {low} to {high}"
    if low is not None:
        return f", at least {low}"
    return f", at most {value['maxLength']} characters" if "maxLength" in value else ""


def _link(reference: str, file: str) -> str:
    home, _, pointer = reference.partition("#/$defs/")
    owner = home.removesuffix(".json") or file
    if not pointer:
        return f"[{schema(owner)['title'].lower()}](#{_anchor(schema(owner)['title'])})"
    if "/" in pointer:
        return _kind(_found(owner, pointer), owner)
    title = _words(schema(owner)["$defs"][pointer], pointer)
    return f"[{title.lower()}](#{_anchor(title)})" if owner in PAGES else title.lower()


def _found_description(value: Mapping[str, Json], file: str) -> str:
    """Return the first sentence of what a reference leads to, where the place itself says nothing."""
    home, _, pointer = str(value.get("$ref", "")).partition("#/$defs/")
    if not pointer or "/" in pointer:
        return ""
    return str(_found(home.removesuffix(".json") or file, pointer).get("description", "")).split(". ")[0]


def _found(owner: str, pointer: str) -> Mapping[str, Json]:
    found: Any = schema(owner)["$defs"]
    for token in pointer.split("/"):
        found = found[token]
    return found


def _words(part: Mapping[str, Json], key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", str(part.get("title", key))).capitalize()


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")


def _listed(values: list[Json]) -> str:
    return ", ".join("`null`" if value is None else f"`{value}`" for value in values)


def _default(value: Mapping[str, Json]) -> str:
    return f" Default: `{json.dumps(value['default'], ensure_ascii=False)}`." if "default" in value else ""


def _short(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


if __name__ == "__main__":
    sys.stdout.write(reference())
