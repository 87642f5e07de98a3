"""A team that has used Handrail for a while: guides, segments, themes, languages, releases, a month of events.

Everything is made through the nouns and the event store's own import, so that rows are what the server itself would
have written. Half of the runs are of twenty busy guides, the rest spread over all of them.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from handrail_cms import auth, environments, publish
from handrail_cms.clock import ManualClock
from handrail_cms.config import load_config
from handrail_cms.services import Services, open_services
from handrail_cms.storage.events import Question

NOW_MS: Final = 1_800_000_000_000
DAY_MS: Final = 86_400_000
DAYS: Final = 30
STEPS: Final = tuple(f"step-{number}" for number in range(8))
BUSY: Final = 20
RELEASES: Final = 20
EMAIL: Final = "bench@example.com"
PASSWORD: Final = "a long password for a benchmark"
LANGUAGES: Final = ("en", "ko", "de", "fr")
DEVICES: Final = ("desktop", "desktop", "phone", "tablet")
EVENTS_OF_A_RUN: Final = 18
EXACT: Final = {"match": "exact", "confidence": 1.0}
HEALED: Final = {"match": "healed", "confidence": 0.8, "signals": ["role", "path"], "missed": ["name"]}


def opened(folder: Path) -> Services:
    """Open the seeded data directory with a clock that stands where the events end."""
    return open_services(load_config({}, data=folder, log_level="error"), ManualClock(NOW_MS), create=True)


def fill(folder: Path, guides: int, events: int) -> Services:
    """Return the services on a folder that holds so many guides and events; made anew where it does not yet."""
    services = opened(folder)
    if services.content.people.all_users():
        return services
    content, operator = services.content, auth.system("benchmark")
    app = environments.create_app_with_environments(content, "Bench", origins=["https://app.example.com"])
    for kind, bodies in (("segment", map(segment, range(10))), ("theme", map(theme, range(3)))):
        for body in bodies:
            publish.create(content, operator, app.id, kind, body)  # type: ignore[arg-type]
    made = [publish.create(content, operator, app.id, "guide", guide(number)) for number in range(guides)]
    production = content.apps.environment(app.id, "production")
    publish.publish(content, operator, production, made, note="all")
    for number in range(1, RELEASES):
        at = made[(BUSY + number) % guides]
        draft = publish.save_draft(content, operator, at, edited(at.body, number), based_on=at.revision)
        publish.publish(content, operator, production, [draft], note=f"Shorter, after the test of week {number}")
    user = content.people.create_user(EMAIL, "Bench", auth.hash_password(PASSWORD))
    content.people.set_role(user.id, app.id, "admin")
    told = made_events(random.Random(7), events, guides)
    taken = services.events.import_events(production.id, production.time_zone, told, NOW_MS)
    assert not taken.refused, taken.refused
    while services.events.settle(NOW_MS):
        pass
    return services


def guide(number: int) -> dict[str, Any]:
    """Return one guide of typical size, half translated into Korean."""
    steps = [
        {
            "id": step,
            "title": f"Step {step} of guide {number}",
            "body": "Press **New invoice** to begin. " * 3,
            "target": {"css": f"#target-{step}", "role": "button", "name": f"Button {step}"},
            "advance": {"on": "click"},
        }
        for step in STEPS
    ]
    korean = {f"steps.{one['id']}.title": {"text": f"{one['id']} 단계", "of": one["title"]} for one in steps}
    clause = {"segment": f"segment-{number % 10}"} if number % 4 == 0 else {"trait": "plan", "is": "trial"}
    return {
        "format": 1,
        "key": f"guide-{number}",
        "kind": "tour",
        "name": f"Guide {number}",
        "language": "en",
        "where": {"any": [f"/page-{number // 4}"]},
        "audience": clause,
        "goal": {"event": "paid", "within": "P7D"},
        "steps": steps,
        "translations": {"ko": korean} if number % 2 else {},
    }


def edited(body: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a guide with one text changed."""
    first = {**body["steps"][0], "title": f"Begin here, {number}"}
    return {**body, "steps": [first, *body["steps"][1:]]}


def segment(number: int) -> dict[str, Any]:
    """Return one segment of two clauses."""
    rule = {"all": [{"trait": "plan", "is": "trial"}, {"trait": "age_days", "at_least": number}]}
    return {"format": 1, "key": f"segment-{number}", "name": f"Segment {number}", "rule": rule}


def theme(number: int) -> dict[str, Any]:
    """Return one theme."""
    return {"format": 1, "key": f"theme-{number}", "name": f"Theme {number}", "tokens": {"radius_px": 4 + number}}


def made_events(chance: random.Random, size: int, guides: int) -> Iterator[dict[str, Any]]:
    """Give so many events as an export has them: run after run, of visitors who come back three times."""
    told, number = 0, 0
    while told < size:
        number += 1
        at = round(NOW_MS - DAYS * DAY_MS + number * DAYS * DAY_MS * EVENTS_OF_A_RUN / size)
        for event in _visit(chance, number, min(at, NOW_MS - 120_000), guides):
            yield event
            told += 1


def _visit(chance: random.Random, number: int, at: int, guides: int) -> Iterator[dict[str, Any]]:
    """Give the events of one visit: who it is, one run, and sometimes the goal."""
    head = {
        "visitor": f"user-{number // 3}", "anonymous": False, "account": f"account-{number % 50}",
        "standing": "verified", "session": str(uuid.UUID(int=number << 64 | 7 << 76)), "release": RELEASES,
        "build": "1.0.0", "language": chance.choice(LANGUAGES), "device": chance.choice(DEVICES), "automated": False,
        "mark": None, "sent_at": at + 60_000, "received_at": at + 60_000,
    }  # fmt: skip
    if number % 3 == 0:
        traits = {"plan": chance.choice(["trial", "paid"]), "age_days": chance.randrange(400)}
        yield {
            **head,
            "id": _id(at, number, 98),
            "type": "identify",
            "client_at": at - 1000,
            "data": {"traits": traits},
        }
    key = chance.randrange(BUSY) if chance.random() < 0.5 else chance.randrange(guides)
    run = {"run": _id(at, number, 0), "guide": f"guide-{key}", "version": 1, "page": "/invoices"}
    for seq, event in enumerate(_run(chance)):
        yield {**head, **run, **event, "id": _id(at, number, seq + 1), "client_at": at + 1000 * seq, "seq": seq}
    if chance.random() < 0.1:
        paid = {"type": "track", "client_at": at + 30_000, "data": {"name": "paid"}}
        yield {**head, "id": _id(at, number, 99), **paid}


def _run(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Give one run's own events: half finish, the others leave somewhere."""
    last = len(STEPS) if chance.random() < 0.5 else chance.randrange(1, len(STEPS))
    yield {"type": "run_requested", "step": None, "data": {"segments": [f"segment-{chance.randrange(10)}"]}}
    for step in STEPS[:last]:
        yield {"type": "step_shown", "step": step, "data": EXACT if chance.random() < 0.97 else HEALED}
        if step != STEPS[last - 1] or last == len(STEPS):
            visible_ms = round(chance.lognormvariate(8.5, 1))
            yield {"type": "step_left", "step": step, "data": {"visible_ms": visible_ms}}
            yield {"type": "step_passed", "step": step, "data": {"by": "next"}}
    state = "completed" if last == len(STEPS) else "dismissed"
    yield {"type": "run_ended", "step": STEPS[last - 1], "data": {"state": state, "by": "next"}}


def _id(at: int, number: int, seq: int) -> str:
    text = f"{at:012x}7{seq:03x}8{number:015x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def question(services: Services, guide_key: str) -> Question:
    """Return the question for one guide's runs of the whole month."""
    app = services.content.apps.all()[0]
    environment = services.content.apps.environment(app.id, "production")
    today = NOW_MS // DAY_MS + 719_163
    return Question(environment.id, guide_key, today - DAYS - 1, today + 1)
