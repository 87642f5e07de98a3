"""A theme, languages and texts that a look has to bear."""

from __future__ import annotations

from typing import Any

GERMAN = "Rechnungsempfängeradressenänderungsbestätigungsverfahren"
THEME: dict[str, Any] = {
    "format": 1,
    "key": "loud",
    "name": "Loud",
    "light": {
        "background": "#fff4d6",
        "text": "#2a1a00",
        "accent": "#7a3e00",
        "on_accent": "#ffffff",
        "muted": "#5c4a20",
    },
    "dark": {
        "background": "#2a1a00",
        "text": "#fff4d6",
        "accent": "#ffd27a",
        "on_accent": "#2a1a00",
        "muted": "#d8c48f",
    },
    "shape": {"radius_px": 2, "width_px": 280, "size_px": 16, "spotlight_padding_px": 12, "spotlight_radius_px": 20},
}


LANGUAGES: dict[str, dict[str, Any]] = {
    "en": {"language": "en"},
    "ko": {
        "language": "ko",
        "words": {"next": "다음", "back": "이전", "close": "닫기", "progress": "{of}단계 중 {n}단계"},
    },
    "de": {
        "language": "de",
        "words": {"next": "Weiter", "back": "Zurück", "close": "Schließen", "progress": "{n} von {of}"},
    },
    "ar": {
        "language": "ar",
        "direction": "rtl",
        "words": {"next": "التالي", "back": "السابق", "close": "إغلاق", "progress": "{n} من {of}"},
    },
}
RICH: dict[str, Any] = {
    "t": "fragment",
    "c": [
        {
            "t": "p",
            "c": [
                "Every invoice begins with ",
                {"t": "strong", "c": ["New invoice"]},
                ", or ",
                {"t": "code", "c": ["N"]},
                ".",
            ],
        },
        {"t": "p", "c": [{"t": "a", "a": {"href": "https://example.com/help"}, "c": ["Read more"]}]},
    ],
}
