"""Identity tokens: HS256 JWTs, signed by the host's server with an environment secret, whose subject is the visitor."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Literal

import jwt
from jwt.types import Options

Trouble = Literal["token_missing", "token_invalid", "token_expired", "token_subject"]
LEEWAY_MS = 60_000
"""How far the clocks of the host's server and ours may differ."""
_REMEMBERED = 10_000
_SHORTEST_SECRET = 32
"""RFC 7518, section 3.2: a key of HS256 has at least the size of its hash."""


class Identity:
    """Checks tokens, and remembers the signatures it has checked."""

    def __init__(self) -> None:
        self._checked: OrderedDict[tuple[str, str], dict[str, Any] | None] = OrderedDict()

    def subject(self, token: str | None, secrets: Sequence[str], now_ms: int) -> tuple[str | None, Trouble | None]:
        """Return the visitor that a token vouches for, or the trouble with it.

        Every secret that counts at the moment is tried, so that one can be replaced without a gap.
        """
        if not token:
            return None, "token_missing"
        claims = next((found for secret in secrets if (found := self._claims(token, secret)) is not None), None)
        if claims is None:
            return None, "token_invalid"
        if not _is_now(claims, now_ms):
            return None, "token_expired"
        subject = claims.get("sub")
        return (subject, None) if isinstance(subject, str) and subject else (None, "token_subject")

    def trouble(self, token: str | None, secrets: Sequence[str], visitor: str, now_ms: int) -> Trouble | None:
        """Return why a token does not vouch for this visitor, or None where it does."""
        subject, trouble = self.subject(token, secrets, now_ms)
        return trouble or (None if subject == visitor else "token_subject")

    def _claims(self, token: str, secret: str) -> dict[str, Any] | None:
        """Return the claims of a token that this secret signed, whatever its times say; None for any other."""
        known = (token, secret)
        if known in self._checked:
            self._checked.move_to_end(known)
            return self._checked[known]
        claims = _decode(token, secret)
        self._checked[known] = claims
        while len(self._checked) > _REMEMBERED:
            self._checked.popitem(last=False)
        return claims


def _decode(token: str, secret: str) -> dict[str, Any] | None:
    if len(secret) < _SHORTEST_SECRET:
        return None
    try:
        return jwt.decode(token, secret, algorithms=["HS256"], options=_OPTIONS)
    except (jwt.PyJWTError, ValueError):
        return None


_OPTIONS: Options = {
    "require": ["exp", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_sub": False,
}


def _is_now(claims: dict[str, Any], now_ms: int) -> bool:
    """Say whether a token's times hold now; the injected clock decides, not the library's."""
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, (int, float)) or not isinstance(begins, (int, float)):
        return False
    return begins * 1000 - LEEWAY_MS <= now_ms < expires * 1000 + LEEWAY_MS
