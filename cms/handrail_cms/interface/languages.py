"""The interface's own languages: which one a person gets, and their catalogues, read from the `.po` files themselves.

Reading `.po` at start (under 0.1 s) spares the build a compiled copy that could be stale.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale

from handrail_cms import http

LANGUAGES: Final = {"en": "English", "ko": "한국어"}
COOKIE: Final = "handrail_lang"
FOLDER: Final = Path(__file__).resolve().parent.parent / "translations"


def catalogue(language: str) -> NullTranslations:
    """Return the texts of one language; the source texts where there is no catalogue."""
    path = FOLDER / language / "LC_MESSAGES/messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


class _Catalogues(Domain):
    """Flask-Babel's domain, with catalogues that are already in memory."""

    def __init__(self) -> None:
        super().__init__(translation_directories=[str(FOLDER)])
        self._loaded = {language: catalogue(language) for language in LANGUAGES}

    def get_translations(self) -> Any:
        """Return the catalogue of the request's language."""
        return self._loaded.get(str(get_locale()), self._loaded["en"])


def language() -> str:
    """Return the language of this request: asked for, chosen in this browser, the account's, the browser's, English."""
    user = http.actor().user
    asked = (request.args.get("lang"), request.cookies.get(COOKIE), user.language if user else None)
    chosen = next((name for name in asked if name in LANGUAGES), None)
    return chosen or request.accept_languages.best_match(LANGUAGES) or "en"


def install(app: Flask) -> None:
    """Give the app its languages."""
    babel = Babel()
    babel.domain_instance = _Catalogues()  # pyright: ignore[reportAttributeAccessIssue]
    babel.init_app(app, locale_selector=language)
