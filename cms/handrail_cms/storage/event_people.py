"""What the event file knows of one visitor or one run: state for the widget, lists and timelines for reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handrail_guides import runs
from handrail_guides.events import TYPES
from handrail_guides.measures import Measure, measures
from handrail_guides.runs import RunEvent

from handrail_cms.storage.event_append import uuid_text
from handrail_cms.storage.event_names import STANDINGS
from handrail_cms.storage.event_questions import Questions
from handrail_cms.storage.event_runs import PACK_BITS, STATES, pack_range, unpack_events
from handrail_cms.storage.events import STEP_DEEDS, Question, RunRow, Which
from handrail_cms.storage.sqlite import Connections, Row

_PERSON = """select visitor_no from visitors where person_no =
  (select person_no from visitors where environment_id = :environment and id = :id and anonymous = :anonymous)"""
_RUN = """
  select r.*, g.key as guide, v.id as visitor, v.anonymous
  from runs r join guides g using (guide_no) join visitors v using (visitor_no)"""
_EVENT = """
  select e.*, g.key as guide, c.session, c.release, c.build_no, c.language_no, c.device_no, c.automated, c.mark_no,
    c.account_no, c.standing, v.id as visitor, v.anonymous"""
PACK_OF_RUN = f"""{_EVENT}, r.run, r.version from packs e
  join runs r on r.run_no = e.pack >> {PACK_BITS} join guides g using (guide_no)
  join contexts c on c.context_no = e.context_no join visitors v on v.visitor_no = c.visitor_no"""
_PACKS = "select received_at, ids, body from packs where pack between ? and ? order by pack"
EVENT_OF_VISITOR = f"""{_EVENT} from visitor_events e join contexts c on c.context_no = e.context_no
  join visitors v on v.visitor_no = e.visitor_no left join guides g using (guide_no)"""
_ROW_NAMES = ("by_no", "end_no", "language_no", "device_no", "mark_no", "segments_no")
EVENT_NAMES = ("build_no", "language_no", "device_no", "mark_no", "account_no")


class People:
    """Answers about visitors and single runs."""

    def __init__(self, connections: Connections, questions: Questions) -> None:
        self._connections = connections
        self._questions = questions

    def visitor_state(self, environment_id: int, visitor: str, now_ms: int) -> dict[str, Any]:
        """Return an identified visitor's guides, open runs and events, aliases included; marked traffic is left out."""
        who = {"environment": environment_id, "id": visitor, "anonymous": 0}
        rows = self._connections.rows(
            f"{_RUN} where r.visitor_no in ({_PERSON}) and r.mark_no = 0 order by r.requested_at, r.run_no",
            who,
        )
        names = self._questions.names(no for row in rows for no in (row["by_no"], row["end_no"]))
        snoozes = self._snoozes(rows)
        guides: dict[str, dict[str, Any]] = {}
        opened: list[dict[str, Any]] = []
        for row in rows:
            state = _state_at(row, now_ms)
            if row["started_at"] is None:
                continue
            _note_run(guides.setdefault(row["guide"], _NEVER.copy()), row, state, names[row["by_no"]], snoozes)
            if state == "open":
                opened.append(
                    {"run": uuid_text(row["run"]), "guide": row["guide"], "version": row["version"],
                     "step": names[row["end_no"]], "seq": row["seq"]}
                )  # fmt: skip
        return {"guides": guides, "open": opened, "events": self._tracked(who)}

    def _snoozes(self, rows: list[Row]) -> dict[int, int]:
        """Return, by run, until when it was put off: as its last event says, else as its version says."""
        found: dict[int, int] = {}
        for row in rows:
            if row["ended_at"] is None or STATES[int(row["state"])] != "dismissed":
                continue
            until = self._said_until(row["run_no"])
            period = self._connections.row(
                "select snooze_ms from versions where guide_no = :guide_no and version = :version",
                {"guide_no": row["guide_no"], "version": row["version"]},
            )
            snooze_ms = period["snooze_ms"] if period else runs.DAY_MS
            found[row["run_no"]] = until if isinstance(until, int) else row["ended_at"] + snooze_ms
        return found

    def _said_until(self, run_no: int) -> Any:
        """Return what a run's ending says of when a snooze is over."""
        for pack in self._connections.rows(_PACKS, pack_range(run_no)):
            for _, _, event in unpack_events(pack["received_at"], pack["ids"], pack["body"]):
                if TYPES[event[0]] == "run_ended":
                    data: dict[str, Any] = event[5] or {}
                    return data.get("until")
        return None

    def _tracked(self, who: Row) -> dict[str, dict[str, int]]:
        rows = self._connections.rows(
            "select n.name, count(*) as count, max(at) as last_at from visitor_events e"  # noqa: S608
            f" join names n using (name_no) where e.visitor_no in ({_PERSON}) and e.name_no > 0 group by n.name",
            who,
        )
        return {row["name"]: {"count": row["count"], "last_at": row["last_at"]} for row in rows}

    def visitor_record(self, environment_id: int, visitor: str, *, anonymous: bool) -> dict[str, Any] | None:
        """Return everything that is stored of one visitor; None where nothing is."""
        who = {"environment": environment_id, "id": visitor, "anonymous": int(anonymous)}
        people = self._connections.rows(
            f"select id, anonymous from visitors where visitor_no in ({_PERSON}) order by visitor_no",  # noqa: S608
            who,
        )
        if not people:
            return None
        rows = self._connections.rows(f"{_RUN} where r.visitor_no in ({_PERSON}) order by r.run_no", who)
        found = self._connections.rows(
            f"{EVENT_OF_VISITOR} where e.visitor_no in ({_PERSON}) order by e.at, e.id",
            who,
        )
        texts = self._questions.names(row[name] for row in found for name in EVENT_NAMES if name in row)
        return {
            "visitor": visitor,
            "anonymous": anonymous,
            "ids": [{"id": row["id"], "anonymous": bool(row["anonymous"])} for row in people],
            "runs": [_run_json(run) for run in self._run_rows(rows)],
            "events": [event_json(row, texts) for row in found],
        }

    def runs(
        self, question: Question, which: Which, *, before: int | None, limit: int
    ) -> tuple[list[RunRow], int | None]:
        """Return runs, newest first by number, and the cursor of the next page."""
        where, values = self._which(question, which)
        wanted = _measures(which)
        found: list[Row] = []
        while len(found) <= limit:
            values["before"] = before if before is not None else 1 << 62
            rows = self._connections.rows(
                f"{_RUN} where {where} and r.run_no < :before order by r.run_no desc limit {limit + 1}", values
            )
            found += self._counted_for(wanted, rows) if wanted else rows
            if len(rows) <= limit:
                break
            before = rows[-1]["run_no"]
        return self._run_rows(found[:limit]), (found[limit - 1]["run_no"] if len(found) > limit else None)

    def _which(self, question: Question, which: Which) -> tuple[str, dict[str, Any]]:
        """Return the condition and values that find the runs, but for what their outcomes say."""
        where, values = self._questions.run_condition(question)
        if question.unit == "visitors":
            where = f"r.run_no in ({self._questions.first_runs(where)})"
        if which.state == "run":
            where += " and r.started_at is not null"
        elif which.state is not None:
            where += " and r.state = :state"
            values["state"] = STATES.index(which.state) if which.state in STATES else -1  # type: ignore[arg-type]
            if which.step is not None:
                where += " and r.end_no = :step"
                values["step"] = self._questions.name_no(which.step)
        if which.by is not None:
            where += " and r.by_no = :by"
            values["by"] = self._questions.name_no(which.by)
        if which.goal:
            where += " and r.goal_closed = 1 and r.goal_at is not null"
        if which.visitor is not None:
            where += f" and r.visitor_no in ({_PERSON.replace(' and anonymous = :anonymous', '')})"
            values.update(environment=question.environment_id, id=which.visitor)
        return where, values

    def _counted_for(self, wanted: tuple[Measure, ...], rows: list[Row]) -> list[Row]:
        """Return the rows of the runs that count for one of some measures."""
        outcomes = self._questions.outcomes(row["outcome_no"] for row in rows)
        counting = {no for no, one in outcomes.items() if any(name in wanted for name, _ in measures(one))}
        return [row for row in rows if row["outcome_no"] in counting]

    def timeline(self, environment_id: int, run: bytes) -> tuple[RunRow, list[dict[str, Any]]] | None:
        """Return one run and its events in story order, each with what it counted for."""
        rows = self._connections.rows(
            f"{_RUN} where r.run = :run and g.environment_id = :environment order by r.run_no limit 1",
            {"run": run, "environment": environment_id},
        )
        if not rows:
            return None
        found = self._connections.rows(
            f"{PACK_OF_RUN} where e.pack between ? and ? order by e.pack",
            pack_range(rows[0]["run_no"]),
        )
        texts = self._questions.names(row[name] for row in found for name in EVENT_NAMES)
        return self._run_rows(rows)[0], list(_told(found, texts))

    def heals(self, question: Question, limit: int) -> list[tuple[str, list[str], list[str]]]:
        """Return (step, signals that no longer agree, signals that do) of each healed showing in the newest runs."""
        where, values = self._questions.run_condition(question)
        runs_found = self._connections.rows(
            f"select r.run_no from runs r where {where} and r.outcome_no in"  # noqa: S608
            f""" (select outcome_no from outcomes where body like '%"healed"%') order by r.run_no desc limit {limit}""",
            values,
        )
        found: list[tuple[str, list[str], list[str]]] = []
        for run in runs_found:
            for pack in self._connections.rows(_PACKS, pack_range(run["run_no"])):
                for _id, _at, (kind, _waited, _seq, step, _page, data) in unpack_events(**pack):
                    told: dict[str, Any] = data or {}
                    if TYPES[kind] == "step_shown" and told.get("match") == "healed":
                        found.append((step or "", told.get("missed", []), told.get("signals", [])))
        return found

    def _run_rows(self, rows: list[Row]) -> list[RunRow]:
        names = self._questions.names(row[name] for row in rows for name in _ROW_NAMES)
        outcomes = self._questions.outcomes(row["outcome_no"] for row in rows)
        return [_run_row(row, names, outcomes[row["outcome_no"]]) for row in rows]


def _measures(which: Which) -> tuple[Measure, ...]:
    """Return what a run must count for to be listed, one of them; nothing where its row says enough."""
    step, did = which.step, which.did
    if step is None:
        return ()
    if which.next is not None:
        return (("edge", step, which.next, "back" if did == "back" else ""),)
    if did is None:
        return (("step", step, "reached"),) if which.state in (None, "run") else ()
    if did in STEP_DEEDS:
        return (("step", step, did),)
    return (("target", step, did), *([("target", step, "css")] if did == "exact" else []))


_NEVER: dict[str, Any] = {"times": 0, "last_at": None, "state": "seen", "snoozed_until": None}


def _note_run(guide: dict[str, Any], row: Row, state: str, by: str, snoozes: Mapping[int, int]) -> None:
    """Write one run, in order of time, into what a visitor's state says of its guide.

    `completed` stays whatever comes after; `dismissed` gives way to it alone; a snooze is no dismissal.
    """
    guide["times"] += 1
    guide["last_at"] = max(row["started_at"], guide["last_at"] or 0)
    if state == "dismissed" and by == "snooze":
        guide["snoozed_until"] = snoozes[row["run_no"]]
        state = "seen"
    if guide["state"] != "completed" and (guide["state"] != "dismissed" or state == "completed"):
        guide["state"] = state


def _state_at(row: Row, now_ms: int) -> str:
    """Return a run's state with silence counted, whether or not the task has come by yet."""
    state: str = STATES[int(row["state"])]
    if state in runs.UNSETTLED and now_ms - row["last_at"] >= runs.SILENCE_MS:
        return "abandoned" if state == "open" else "withdrawn"
    return state


def _run_row(row: Row, names: Mapping[int, str], outcome: Any) -> RunRow:
    """Return a run's row in words."""
    return RunRow(
        number=row["run_no"],
        run=uuid_text(row["run"]),
        guide=row["guide"],
        version=row["version"],
        visitor=row["visitor"],
        anonymous=bool(row["anonymous"]),
        state=STATES[int(row["state"])],
        by=names[row["by_no"]] or None,
        requested_at=row["requested_at"],
        started_at=row["started_at"],
        last_at=row["last_at"],
        ended_at=row["ended_at"],
        end_step=names[row["end_no"]] or None,
        language=names[row["language_no"]],
        device=names[row["device_no"]],
        mark=names[row["mark_no"]] or None,
        automated=bool(row["automated"]),
        segments=tuple(part for part in names[row["segments_no"]].split("\n") if part),
        reached=tuple(step.step for step in outcome.steps if step.reached),
        passed=tuple(step.step for step in outcome.steps if step.passed),
        goal_at=row["goal_at"],
        frozen=bool(row["frozen"]),
    )


def _run_json(run: RunRow) -> dict[str, Any]:
    return {name: getattr(run, name) for name in RunRow.__slots__ if name != "number"}


def event_json(row: Row, names: Mapping[int, str]) -> dict[str, Any]:
    """Return one stored event with all that is known of it, in the form of an export."""
    received_at = row["at"] + max(0, row["waited"])
    run, session = row.get("run"), row["session"]
    return {
        "id": uuid_text(row["id"]),
        "type": TYPES[row["type"]],
        "at": row["at"],
        "client_at": received_at - row["skew"] - row["waited"],
        "sent_at": received_at - row["skew"],
        "received_at": received_at,
        "run": uuid_text(run) if run is not None else None,
        "seq": row.get("seq"),
        "guide": row["guide"],
        "version": row["version"],
        "step": row.get("step"),
        "page": row["page"],
        "data": json.loads(row["data"]) if isinstance(row["data"], str) else row["data"],
        "visitor": row["visitor"],
        "anonymous": bool(row["anonymous"]),
        "account": names[row["account_no"]] or None,
        "standing": STANDINGS[row["standing"]],
        "session": uuid_text(session),
        "release": row["release"],
        "build": names[row["build_no"]],
        "language": names[row["language_no"]],
        "device": names[row["device_no"]],
        "automated": bool(row["automated"]),
        "mark": names[row["mark_no"]] or None,
    }


def pack_rows(pack: Row) -> Iterator[Row]:
    """Give a pack's events as rows, each with what they share."""
    for id_, at, event in unpack_events(pack["received_at"], pack["ids"], pack["body"]):
        kind, waited, seq, step, page, data = event
        yield {
            **pack,
            "id": id_,
            "at": at,
            "type": kind,
            "waited": waited,
            "seq": seq,
            "step": step,
            "page": page,
            "data": data,
        }


def _told(packs: list[Row], names: Mapping[int, str]) -> Iterable[dict[str, Any]]:
    """Give a run's events in order, each with `counted`: yes, too_late, or after_end."""
    rows = sorted(
        (row for pack in packs for row in pack_rows(pack)), key=lambda row: (row["at"], row["seq"], row["id"])
    )
    events = [RunEvent(row["at"], row["seq"], row["id"], TYPES[row["type"]]) for row in rows]
    story, _ = runs.tell_story(events)
    end = next((event for event in story if event.type == "run_ended"), None)
    in_story = {event.id for event in story}
    for event, row in zip(events, rows, strict=True):
        counted = "yes" if event.id in in_story else "too_late"
        if counted == "yes" and end is not None and event.seq > end.seq and event.type != "step_left":
            counted = "after_end"
        yield {**event_json(row, names), "counted": counted}
