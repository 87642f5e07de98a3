"""Plural forms: which CLDR categories a language has, by `babel`. The widget asks `Intl.PluralRules` the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from handrail_guides.saying import say
from handrail_guides.texts import CATEGORIES, Plural, TextError, pieces

# categories that whole numbers never fall into, or only from a million up (CLDR's "many" of Romance languages)
_RARE: Final = {"es": {"many"}, "fr": {"many"}, "it": {"many"}, "pt": {"many"}, "ca": {"many"}}


@lru_cache(maxsize=256)
def categories(language: str) -> tuple[str, ...] | None:
    """Return the CLDR plural categories of a language, `other` last; None for a language that CLDR does not know."""
    from babel import Locale, UnknownLocaleError

    parts = language.split("-")
    while parts:
        try:
            tags = set(Locale.parse("_".join(parts)).plural_form.tags)
            return tuple(name for name in CATEGORIES if name in tags or name == "other")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return None


def plural_problems(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, the mend) of each plural in a text."""
    if "plural" not in text:
        return
    known = categories(language)
    try:
        plurals = [piece for piece in pieces(text) if isinstance(piece, Plural)]
    except TextError:
        return
    for plural in plurals if known else []:
        forms = {name for name in plural.forms if not name.startswith("=")}
        needed = set(known or ()) - _RARE.get(language.lower().split("-")[0], set())
        lacking, foreign = needed - forms, forms - set(known or ())
        if lacking:
            message = say(
                "The plural “%(name)s” lacks the form %(lacking)s that %(language)s needs.",
                name=plural.name,
                lacking=_listed(lacking),
                language=language,
            )
            yield (
                message,
                say("The forms of %(language)s are: %(names)s.", language=language, names=", ".join(known or ())),
            )
        if foreign:
            message = say(
                "The plural “%(name)s” has the form %(foreign)s, which %(language)s never uses.",
                name=plural.name,
                foreign=_listed(foreign),
                language=language,
            )
            yield (
                message,
                say("The forms of %(language)s are: %(names)s.", language=language, names=", ".join(known or ())),
            )


def _listed(names: set[str]) -> str:
    return ", ".join(f"“{name}”" for name in CATEGORIES if name in names)
