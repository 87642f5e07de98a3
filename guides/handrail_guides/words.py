"""The widget's own words, by language: what stands on its usual buttons and what it announces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handrail_guides.localise import lookup

_NAMES: Final = ("next", "back", "close", "done", "later", "never", "skip", "progress", "step")

_TABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("Next", "Back", "Close", "Done", "Later", "Don’t show again", "Skip", "{n} of {of}", "Step {n} of {of}"),
    "ko": ("다음", "이전", "닫기", "완료", "나중에", "다시 보지 않기", "건너뛰기", "{n}/{of}", "{of}단계 중 {n}단계"),
    "de": ("Weiter", "Zurück", "Schließen", "Fertig", "Später", "Nicht mehr anzeigen", "Überspringen", "{n} von {of}",
           "Schritt {n} von {of}"),
    "fr": ("Suivant", "Retour", "Fermer", "Terminer", "Plus tard", "Ne plus afficher", "Passer", "{n} sur {of}",
           "Étape {n} sur {of}"),
    "es": ("Siguiente", "Atrás", "Cerrar", "Listo", "Más tarde", "No volver a mostrar", "Omitir", "{n} de {of}",
           "Paso {n} de {of}"),
    "it": ("Avanti", "Indietro", "Chiudi", "Fine", "Più tardi", "Non mostrare più", "Salta", "{n} di {of}",
           "Passo {n} di {of}"),
    "pt": ("Seguinte", "Voltar", "Fechar", "Concluir", "Mais tarde", "Não mostrar novamente", "Pular", "{n} de {of}",
           "Passo {n} de {of}"),
    "nl": ("Volgende", "Terug", "Sluiten", "Klaar", "Later", "Niet meer tonen", "Overslaan", "{n} van {of}",
           "Stap {n} van {of}"),
    "pl": ("Dalej", "Wstecz", "Zamknij", "Gotowe", "Później", "Nie pokazuj ponownie", "Pomiń", "{n} z {of}",
           "Krok {n} z {of}"),
    "ja": ("次へ", "戻る", "閉じる", "完了", "後で", "今後表示しない", "スキップ", "{n}/{of}", "ステップ {n}/{of}"),
    "zh": ("下一步", "上一步", "关闭", "完成", "稍后", "不再显示", "跳过", "{n}/{of}", "第 {n} 步，共 {of} 步"),
    "ar": ("التالي", "السابق", "إغلاق", "تم", "لاحقًا", "عدم الإظهار مجددًا", "تخطٍّ", "{n} من {of}", "الخطوة {n} من {of}"),
    "he": ("הבא", "הקודם", "סגירה", "סיום", "אחר כך", "לא להציג שוב", "דילוג", "{n} מתוך {of}", "שלב {n} מתוך {of}"),
}  # fmt: skip


def words(language: str) -> dict[str, str]:
    """Return the widget's words in a language, in English where they have not been translated."""
    for tag in lookup(language.lower()):
        if tag in _TABLE:
            return dict(zip(_NAMES, _TABLE[tag], strict=True))
    return dict(zip(_NAMES, _TABLE["en"], strict=True))


def spoken() -> list[str]:
    """Return the languages that the widget's own words are translated into."""
    return list(_TABLE)
