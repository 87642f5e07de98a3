"""Names as numbers: every repeated text of the event file is written once and pointed at.

Used by the one writer of a process, inside its transaction. A transaction that fails must `forget`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from handrail_cms.storage.events import Batch, Standing

STANDINGS: tuple[Standing, ...] = ("anonymous", "verified", "unverified")


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
        self._texts: dict[str, int] = {}
        self._by_no: dict[int, str] = {0: ""}
        self._guides: dict[tuple[int, str], int] = {}
        self._visitors: dict[tuple[int, str, bool], int] = {}
        self._contexts: dict[Context, int] = {}
        self._context_by_no: dict[int, Context] = {}

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
        number = self._visitors.get(known)
        if number is None:
            if len(self._visitors) > 50_000:
                self._visitors.clear()
            number = self._find_visitor(known)
            self._visitors[known] = number
        return number

    def _find_visitor(self, known: tuple[int, str, bool]) -> int:
        row = self._connection.execute(
            "select visitor_no from visitors where environment_id = ? and id = ? and anonymous = ?", known
        ).fetchone()
        if row:
            return int(row[0])
        cursor = self._connection.execute(
            "insert into visitors (environment_id, id, anonymous, person_no) values (?, ?, ?, 0)", known
        )
        self._connection.execute("update visitors set person_no = visitor_no where visitor_no = ?", (cursor.lastrowid,))
        return cursor.lastrowid or 0

    def context(self, batch: Batch) -> tuple[int, Context, bool]:
        """Return a batch's context, its number, and whether it is the first of its session."""
        said = batch.context
        context = Context(
            visitor_no=self.visitor(batch.environment_id, batch.visitor, anonymous=batch.anonymous),
            session=bytes.fromhex(said["session"].replace("-", "")),
            release=said["release"],
            build_no=self.no(said["build"]),
            language_no=self.no(said["language"]),
            device_no=self.no(said["device"]),
            automated=int(bool(said.get("automated"))),
            mark_no=self.no(said.get("mark")),
            account_no=self.no(batch.account),
            standing=STANDINGS.index(batch.standing),
        )
        number = self._contexts.get(context)
        if number is not None:
            return number, context, False
        return self._find_context(context)

    def _find_context(self, context: Context) -> tuple[int, Context, bool]:
        known = self._connection.execute(
            f"select context_no, {_CONTEXT} from contexts where visitor_no = ? and session = ?",  # noqa: S608
            (context.visitor_no, context.session),
        ).fetchall()
        number = next((row[0] for row in known if Context(*row[1:]) == context), None)
        if number is None:
            number = (
                self._connection.execute(
                    f"insert into contexts ({_CONTEXT}) values ({_CONTEXT_PLACES})",  # noqa: S608
                    context,
                ).lastrowid
                or 0
            )
        self._remember(number, context)
        return number, context, not known

    def context_of(self, number: int) -> Context:
        """Return the context that a number stands for."""
        context = self._context_by_no.get(number)
        if context is None:
            row = self._connection.execute(
                f"select {_CONTEXT} from contexts where context_no = ?",  # noqa: S608
                (number,),
            ).fetchone()
            context = Context(*row)
            self._remember(number, context)
        return context

    def _remember(self, number: int, context: Context) -> None:
        if len(self._contexts) > 50_000:
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


_CONTEXT = ", ".join(Context._fields)
_CONTEXT_PLACES = ", ".join("?" * len(Context._fields))
