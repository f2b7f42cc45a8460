"""Texts that are known for sure, and those that lie one character beside one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_ANY = "·"
"""Stands for one character, whichever; :func:`normalise` leaves none in a text."""


class KnownTexts:
    """Finds a neighbour in one look, however many texts there are: each stands under all that one edit leaves of it."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = frozenset(text for text in texts if text)
        self._less: dict[str, str] = {}
        self._other: dict[str, str] = {}
        for text in sorted(self._texts):
            self._less.update((shorter, text) for shorter in _shorter(text))
            self._other.update((pattern, text) for pattern in _patterns(text))

    def __contains__(self, text: object) -> bool:
        return text in self._texts

    def beside(self, text: str) -> str:
        """A known text that one substituted, added or missing character parts from ``text``; "" where there is none.

        A text that is known itself is beside nothing.
        """
        if not text or text in self._texts:
            return ""
        substituted = (self._other.get(pattern, "") for pattern in _patterns(text))
        added = (shorter for shorter in _shorter(text) if shorter in self._texts)
        return next(filter(None, substituted), "") or next(added, "") or self._less.get(text, "")


def _shorter(text: str) -> Iterator[str]:
    return (text[:place] + text[place + 1 :] for place in range(len(text)))


def _patterns(text: str) -> Iterator[str]:
    return (text[:place] + _ANY + text[place + 1 :] for place in range(len(text)))
