"""How hard a text is to read: the Flesch–Kincaid grade for English, words in a sentence for other languages."""

from __future__ import annotations

import re

_VOWELS = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """Return the Flesch–Kincaid grade level of an English text (Kincaid et al. 1975); 0 for an empty one."""
    found = words(text)
    if not found:
        return 0.0
    syllables = sum(_syllables(word) for word in found)
    return 0.39 * len(found) / sentences(text) + 11.8 * syllables / len(found) - 15.59


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text)


def sentences(text: str) -> int:
    """Return the number of sentences, at least 1; a line of its own is a sentence."""
    return max(1, len(re.findall(r"[^.!?…。！？\n]*[^\s.!?…。！？][^.!?…。！？\n]*(?:[.!?…。！？]+|\n|$)", text)))


def _syllables(word: str) -> int:
    """Estimate the syllables of an English word: groups of vowels, without a silent e at the end."""
    lower = word.lower()
    count = len(_VOWELS.findall(lower))
    if lower.endswith("e") and not lower.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(1, count)
