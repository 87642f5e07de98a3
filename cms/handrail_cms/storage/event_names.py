"""Names as numbers: every repeated text of the event file is written once and pointed at.

Used by the one writer of a process, inside its transaction. A transaction that fails must `forget`.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from handrail_cms.storage.events import Batch, Standing
from handrail_cms.storage.many_rows import ManyRows

STANDINGS: tuple[Standing, ...] = ("anonymous", "verified", "unverified")
_STANDING_NO = {standing: number for number, standing in enumerate(STANDINGS)}
_REMEMBERED = 50_000

VisitorKey = tuple[int, str, bool]
"""Environment, id, and whether it is the browser's own."""


class Context(NamedTuple):
    """Who an event is of, and where it was seen; the numbers are of names."""

    visitor_no: int
    session: bytes
    release: int | None
    build_no: int
    language_no: int
    device_no: int
    automated: int
    mark_no: int
    account_no: int
    standing: int


class Names:
    """Hands out the numbers of names, guides, visitors and contexts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._many = ManyRows(connection)
        self._texts: dict[str, int] = {}
        self._by_no: dict[int, str] = {0: ""}
        self._guides: dict[tuple[int, str], int] = {}
        self._visitors: dict[VisitorKey, int] = {}
        self._contexts: dict[Context, int] = {}
        self._context_by_no: dict[int, Context] = {}
        self._next_context_no = 0

    def forget(self) -> None:
        """Drop everything: the transaction that wrote some of it was rolled back."""
        self._texts.clear()
        self._by_no = {0: ""}
        self._guides.clear()
        self.forget_people()

    def forget_people(self) -> None:
        """Drop visitors and contexts: another process may have erased some."""
        self._visitors.clear()
        self._contexts.clear()
        self._context_by_no.clear()
        self._next_context_no = 0

    def no(self, text: str | None) -> int:
        """Return the number of a text, written down if it is new; 0 for none."""
        if not text:
            return 0
        number = self._texts.get(text)
        if number is None:
            number = self._find_or_add("names", {"name": text})
            self._texts[text] = number
            self._by_no[number] = text
        return number

    def text(self, number: int) -> str:
        """Return the text of a number."""
        text = self._by_no.get(number)
        if text is None:
            text = str(self._connection.execute("select name from names where name_no = ?", (number,)).fetchone()[0])
            self._by_no[number] = text
        return text

    def guide(self, environment_id: int, key: str) -> int:
        """Return the number of a guide."""
        number = self._guides.get((environment_id, key))
        if number is None:
            number = self._find_or_add("guides", {"environment_id": environment_id, "key": key})
            self._guides[environment_id, key] = number
        return number

    def visitor(self, environment_id: int, id_: str, *, anonymous: bool) -> int:
        """Return the number of a visitor; a new one is a person of their own."""
        known = (environment_id, id_, anonymous)
        if known not in self._visitors:
            self._meet([known])
        return self._visitors[known]

    def _meet(self, keys: Sequence[VisitorKey]) -> set[int]:
        """Learn the numbers of visitors, writing down who is new; return the numbers of those."""
        ids: dict[int, list[str]] = defaultdict(list)
        for environment_id, id_, _ in keys:
            ids[environment_id].append(id_)
        for environment_id, wanted in ids.items():
            for number, id_, anonymous in self._many.find(_VISITORS, wanted, environment_id):
                self._visitors[environment_id, id_, bool(anonymous)] = number
        new = [key for key in dict.fromkeys(keys) if key not in self._visitors]
        if not new:
            return set()
        number = self._next("visitor_no", "visitors")
        self._visitors.update({key: number + place for place, key in enumerate(new)})
        rows = [(self._visitors[key], *key, self._visitors[key]) for key in new]
        self._many.write(_ADD_VISITORS, rows)
        return {row[0] for row in rows}

    def contexts(self, batches: Sequence[Batch]) -> list[tuple[int, Context, bool]]:
        """Return, for each batch, its context's number, its context, and whether it is the first of its session."""
        if len(self._visitors) > _REMEMBERED:
            self._visitors.clear()
        keys = [(batch.environment_id, batch.visitor, batch.anonymous) for batch in batches]
        unknown = [key for key in keys if key not in self._visitors]
        new = self._meet(unknown) if unknown else set[int]()
        found: list[tuple[int, Context, bool]] = []
        rows: dict[tuple[int, bytes], tuple[Any, ...]] = {}
        for batch, key in zip(batches, keys, strict=True):
            context = self._context(batch, self._visitors[key])
            number = self._contexts.get(context)
            session = context[:2]
            if number is not None:
                found.append((number, context, False))
            elif context.visitor_no in new and session not in rows:
                number = self._number_of_new(context)
                rows[session] = (number, *context)
                found.append((number, context, True))
            else:
                self._many.write(_ADD_CONTEXTS, list(rows.values()))
                rows.clear()
                found.append(self._find_context(context))
        self._many.write(_ADD_CONTEXTS, list(rows.values()))
        return found

    def _context(self, batch: Batch, visitor_no: int) -> Context:
        said, no = batch.context, self.no
        return Context(
            visitor_no,
            bytes.fromhex(said["session"].replace("-", "")),
            said["release"],
            no(said["build"]),
            no(said["language"]),
            no(said["device"]),
            1 if said.get("automated") else 0,
            no(said.get("mark")),
            no(batch.account),
            _STANDING_NO[batch.standing],
        )

    def _number_of_new(self, context: Context) -> int:
        """Return the number that a new context is to be written under."""
        if not self._next_context_no:
            self._next_context_no = self._next("context_no", "contexts")
        number = self._next_context_no
        self._next_context_no += 1
        self._remember(number, context)
        return number

    def _next(self, column: str, table: str) -> int:
        return 1 + (self._connection.execute(f"select max({column}) from {table}").fetchone()[0] or 0)  # noqa: S608

    def _find_context(self, context: Context) -> tuple[int, Context, bool]:
        known = self._connection.execute(_CONTEXTS, (context.visitor_no, context.session)).fetchall()
        number = next((row[0] for row in known if Context(*row[1:]) == context), None)
        if number is None:
            number = self._number_of_new(context)
            self._many.write(_ADD_CONTEXTS, [(number, *context)])
        else:
            self._remember(number, context)
        return number, context, not known

    def context_of(self, number: int) -> Context:
        """Return the context that a number stands for."""
        context = self._context_by_no.get(number)
        if context is None:
            row = self._connection.execute(_CONTEXT_OF, (number,)).fetchone()
            context = Context(*row)
            self._remember(number, context)
        return context

    def _remember(self, number: int, context: Context) -> None:
        if len(self._contexts) > _REMEMBERED:
            self._contexts.clear()
            self._context_by_no.clear()
        self._contexts[context] = number
        self._context_by_no[number] = context

    def _find_or_add(self, table: str, values: dict[str, int | str]) -> int:
        """Return the number of a row of a table of ours, added if it is new."""
        tests = " and ".join(f"{column} = ?" for column in values)
        number = f"{table[:-1]}_no"
        given: Sequence[int | str] = tuple(values.values())
        row = self._connection.execute(f"select {number} from {table} where {tests}", given).fetchone()  # noqa: S608
        if row:
            return int(row[0])
        places = ", ".join("?" * len(values))
        cursor = self._connection.execute(
            f"insert into {table} ({', '.join(values)}) values ({places})",  # noqa: S608
            given,
        )
        return cursor.lastrowid or 0


_FIELDS = ", ".join(Context._fields)
_CONTEXT_OF = f"select {_FIELDS} from contexts where context_no = ?"  # noqa: S608
_CONTEXTS = f"select context_no, {_FIELDS} from contexts where visitor_no = ? and session = ?"  # noqa: S608
_ADD_CONTEXTS = f"insert into contexts (context_no, {_FIELDS}) values {{rows}}"  # noqa: S608
_VISITORS = "select visitor_no, id, anonymous from visitors where environment_id = ? and id in {rows}"
_ADD_VISITORS = "insert into visitors (visitor_no, environment_id, id, anonymous, person_no) values {rows}"
