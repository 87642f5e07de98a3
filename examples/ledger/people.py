"""The people one can be in Ledger without signing in, and what Ledger tells the widget about them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Persona:
    key: str
    name: str
    summary: str
    id: str | None = None
    traits: dict[str, str | int | bool] = field(default_factory=dict)
    account: str | None = None
    account_traits: dict[str, str | int | bool] = field(default_factory=dict)


PERSONAS = {
    persona.key: persona
    for persona in (
        Persona(
            "mina",
            "Mina Park",
            "owner, on trial",
            "user-mina",
            {"name": "Mina", "plan": "trial", "role": "owner"},
            "paper-boat",
            {"seats": 1, "country": "KR"},
        ),
        Persona(
            "jonas",
            "Jonas Weber",
            "admin, paying",
            "user-jonas",
            {"name": "Jonas", "plan": "team", "role": "admin"},
            "tidewater",
            {"seats": 12, "country": "DE"},
        ),
        Persona(
            "sora",
            "Sora Kim",
            "accountant, on trial",
            "user-sora",
            {"name": "Sora", "plan": "trial", "role": "accountant"},
            "paper-boat",
            {"seats": 1, "country": "KR"},
        ),
        Persona("guest", "Somebody new", "not signed in"),
    )
}
DEFAULT = "mina"
