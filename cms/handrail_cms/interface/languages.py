"""The interface's own languages: which one a person gets, and their catalogues, read from the `.po` files themselves.

Reading `.po` at start (under 0.1 s) spares the build a compiled copy that could be stale.
"""

from __future__ import annotations

import io
import logging
import re
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale

from handrail_cms import http

LANGUAGES: Final = {"en": "English", "ko": "한국어"}
COOKIE: Final = "handrail_lang"
_log = logging.getLogger(__name__)
FOLDER: Final = Path(__file__).resolve().parent.parent / "translations"


def catalogue(language: str) -> NullTranslations:
    """Return the texts of one language; the source texts where there is no catalogue, or one that cannot be read."""
    path = FOLDER / language / "LC_MESSAGES/messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    try:
        with path.open("rb") as file:
            messages = read_po(file, locale=language, abort_invalid=True)
        for message in [one for one in messages if one.id and not _can_be_filled(one)]:
            _log.warning("%s: a text has other placeholders than its source, and stays English: %s", path, message.id)
            messages.delete(message.id, message.context)
        write_mo(compiled, messages)
        compiled.seek(0)
        return Translations(compiled)
    except Exception as error:  # whatever is wrong with the file, the server goes on
        _log.warning("%s cannot be read, so that its pages are English: %s", path, error)
        return NullTranslations()


def _can_be_filled(message: Message) -> bool:
    """Say whether every form of a translation takes the values of its source."""
    sources = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    names = {name for source in sources for name in re.findall(r"%\((\w+)\)", source)}
    if not names:
        return True
    try:
        for form in forms:
            _ = str(form) % dict.fromkeys(names, "1")
    except (KeyError, TypeError, ValueError):
        return False
    return True


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
