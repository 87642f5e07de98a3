"""Advice on texts: length, reading level, banned words, and how the translations stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from handrail_guides import reading
from handrail_guides.document import escape
from handrail_guides.errors import Problem
from handrail_guides.localise import button_name, statuses, texts
from handrail_guides.plurals import plural_problems
from handrail_guides.saying import Said, listed, say
from handrail_guides.texts import placeholders, plain

Document = Mapping[str, Any]

# the most characters by place; wide scripts count two for a character
_MOST: Final = {"title": 60, "body": 280, "button": 24, "alt": 160}
_MOST_BODY: Final = {"tooltip": 140, "hotspot": 140, "banner": 120, "modal": 600}
_WIDE: Final = re.compile(
    r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]"
)
_LONGEST_SENTENCE: Final = 25


def text_advice(document: Document, banned: Mapping[str, str], hardest: float) -> Iterator[Problem]:
    """Yield advice on every text that a visitor reads, translations included."""
    kind = document["kind"]
    pointers = pointers_of(document)
    for path, source in texts(dict(document)).items():
        yield from _on_one(pointers[path], path, source, kind, document["language"], banned, hardest)
    for language, table in document.get("translations", {}).items():
        for path, translation in table.items():
            pointer = f"/translations/{escape(language)}/{escape(path)}/text"
            if path in pointers:
                yield from _on_one(pointer, path, translation["text"], kind, language, banned, hardest)


def translation_advice(document: Document, wanted: Sequence[str]) -> Iterator[Problem]:
    """Yield advice on the translations: missing, stale, orphaned, with other placeholders or plural forms."""
    sources, pointers = texts(dict(document)), pointers_of(document)
    tables: Mapping[str, Any] = document.get("translations", {})
    for language in dict.fromkeys([*tables, *(name for name in wanted if name != document["language"])]):
        for path, status in statuses(dict(document), language).items():
            pointer = f"/translations/{escape(language)}/{escape(path)}"
            if status == "missing":
                mend = say(
                    "Add it under translations.%(language)s, or send it out: `handrail translations export`.",
                    language=language,
                )
                message = say("The text %(path)s is missing in %(language)s.", path=path, language=language)
                yield _advice(pointers[path], "missing_translation", message, mend)
                continue
            text = tables[language][path]["text"]
            if status == "stale":
                message = say(
                    "The source of %(path)s has changed since it was translated to %(language)s.",
                    path=path,
                    language=language,
                )
                mend = say("Translate “%(sources)s” again and write that into “of”.", sources=_cut(sources[path]))
                yield _advice(pointer, "stale_translation", message, mend)
            elif status == "orphan":
                mend = say("Take it out, or bring the text back.")
                yield _advice(
                    pointer, "orphan_translation", say("There is no text %(path)s in the guide.", path=path), mend
                )
            else:
                yield from _placeholder_advice(pointer, sources[path], text)
            yield from (
                _advice(pointer, "plural_forms", message, mend) for message, mend in plural_problems(text, language)
            )
    for path, source in sources.items():
        for message, mend in plural_problems(source, document["language"]):
            yield _advice(pointers[path], "plural_forms", message, mend)


def pointers_of(document: Document) -> dict[str, str]:
    """Return text path -> JSON Pointer of its source text."""
    found: dict[str, str] = {"title": "/title"}
    for index, step in enumerate(document["steps"]):
        base, place = f"steps.{step['id']}", f"/steps/{index}"
        found |= {f"{base}.title": f"{place}/title", f"{base}.body": f"{place}/body"}
        found[f"{base}.media.alt"] = f"{place}/media/alt"
        for number, button in enumerate(step.get("buttons", [])):
            found[f"{base}.buttons.{button_name(button, number)}"] = f"{place}/buttons/{number}/text"
        for number, _ in enumerate(step.get("variants", [])):
            for name in ("title", "body"):
                found[f"{base}.variants.{number}.{name}"] = f"{place}/variants/{number}/{name}"
    return found


def _on_one(
    pointer: str, path: str, text: str, kind: str, language: str, banned: Mapping[str, str], hardest: float
) -> Iterator[Problem]:
    place = "button" if ".buttons." in path else path.rpartition(".")[2]
    seen = plain(text)
    width = len(seen) + len(_WIDE.findall(seen))
    most = _MOST_BODY.get(kind, _MOST["body"]) if place == "body" else _MOST[place]
    if width > most:
        message = say(
            "The %(place)s has %(seen)s characters; in a %(kind)s, %(most)s narrow ones are as many as fit well.",
            place=say(place),
            seen=len(seen),
            kind=say(kind),
            most=most,
        )
        yield _advice(pointer, "long_text", message, say("Say one thing in it, or make two steps."))
    if place == "body":
        yield from _reading_advice(pointer, seen, language, hardest)
    for word, instead in banned.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", seen, re.I):
            mend = say("Write “%(instead)s” instead.", instead=instead) if instead else say("Say it in another way.")
            yield _advice(
                pointer, "banned_word", say("“%(word)s” is not a word of this team's voice.", word=word), mend
            )


def _reading_advice(pointer: str, text: str, language: str, hardest: float) -> Iterator[Problem]:
    found = reading.words(text)
    if len(found) < 12:
        return
    if language.lower().split("-")[0] == "en":
        level = reading.grade(text)
        if level > hardest + 0.5:
            message = say(
                "The text reads at grade %(level)s; grade %(hardest)s is as hard as it should be.",
                level=f"{level:.0f}",
                hardest=f"{hardest:g}",
            )
            yield _advice(pointer, "hard_to_read", message, say("Use shorter sentences and plainer words."))
    elif len(found) / reading.sentences(text) > _LONGEST_SENTENCE:
        message = say(
            "The sentences have %(value)s words on average.", value=f"{len(found) / reading.sentences(text):.0f}"
        )
        yield _advice(
            pointer,
            "hard_to_read",
            message,
            say("Keep to %(longest_sentence)s words or fewer.", longest_sentence=_LONGEST_SENTENCE),
        )


def _placeholder_advice(pointer: str, source: str, text: str) -> Iterator[Problem]:
    lost, invented = placeholders(source) - placeholders(text), placeholders(text) - placeholders(source)
    if lost or invented:
        parts: list[Said] = []
        if lost:
            parts.append(say("lacks %(names)s", names=_names(lost)))
        if invented:
            parts.append(say("has %(names)s that the source lacks", names=_names(invented)))
        message = say("The translation %(faults)s.", faults=listed(parts, say(" and ")))
        yield _advice(pointer, "lost_placeholder", message, say("Use the same placeholders in every language."))


def _names(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "…"


def _advice(pointer: str, code: str, message: str, mend: str) -> Problem:
    return Problem(pointer, code, message, mend, level="advice")
