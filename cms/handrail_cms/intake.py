"""Taking events in: bodies read and checked, then stored together by one writer thread (group commit).

A request waits until its events are on disk. While one transaction is written, the requests that
arrive wait in a bounded queue and go into the next one together, so that load makes batches larger
and not answers wrong.
"""

from __future__ import annotations

import logging
import threading
import time
import zlib
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

import orjson
from handrail_guides.errors import HandrailError
from handrail_guides.events import MAX_DATA_BYTES, batch_problem, event_problems

from handrail_cms.clock import Clock
from handrail_cms.collectors import Collector
from handrail_cms.errors import StorageUnavailable, TooBusy
from handrail_cms.identity import Identity, Trouble
from handrail_cms.storage.events import Appended, Batch, EventStore, Json, Standing

MAX_BODY_BYTES = 1024 * 1024
MAX_GROUP_BYTES = 2 * 1024 * 1024
"""What one transaction stores at most, by the size of the bodies: some ten thousand events."""
_BYTES_OF_AN_EVENT = 250
MAX_WAITING_BYTES = 64 * 1024 * 1024
WAIT_S = 30.0
LINGER_S = 0.001
"""A group waits this long for more, and again as long as more come: a commit costs nearly the same for many."""
LINGER_ROUNDS = 8
_TOO_MANY = "Too many batches wait to be stored. Send again a little later."
_log = logging.getLogger(__name__)

WORDS = {
    "too_old": "It is older than the events that are kept.",
    "frozen": "Its run is older than the events that are kept.",
    "data_too_large": f"Its data is larger than {MAX_DATA_BYTES} bytes.",
}
TROUBLE: dict[Trouble, str] = {
    "token_missing": "This environment needs an identity token for an identified visitor.",
    "token_invalid": "The identity token was not signed with one of this environment's secrets (HS256, exp and sub).",
    "token_expired": "The identity token is not valid now: look at exp and nbf.",
    "token_subject": "The identity token is for another visitor.",
}


class BatchRefused(HandrailError):
    """A whole batch cannot be taken; `code` is stable, `status` is that of the answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(slots=True)
class Checked:
    """A batch that can be stored, the events that cannot, and where each stood in what was sent."""

    batch: Batch
    places: list[int]
    problems: dict[int, str] = field(default_factory=dict[int, str])


def unpack(body: bytes, encoding: str | None) -> bytes:
    """Return a body as it was before compression; raises BatchRefused where it is too large or not what it says."""
    if encoding in (None, "", "identity"):
        if len(body) > MAX_BODY_BYTES:
            raise BatchRefused(413, "too_large", f"A batch has at most {MAX_BODY_BYTES} bytes.")
        return body
    if encoding != "gzip":
        raise BatchRefused(415, "encoding", "Send the body as it is, or with Content-Encoding: gzip.")
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise BatchRefused(400, "encoding", "The body is not gzip.") from error
    if len(plain) > MAX_BODY_BYTES:
        raise BatchRefused(413, "too_large", f"A batch has at most {MAX_BODY_BYTES} bytes, unpacked.")
    if not inflate.eof:
        raise BatchRefused(400, "encoding", "The gzip body ends too early.")
    return plain


def read_batch(body: bytes, collector: Collector, identity: Identity, received_at: int) -> Checked:
    """Return a body's batch with its bad events set aside; raises BatchRefused where the envelope is wrong."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BatchRefused(400, "json", f"The body is not JSON: {error.msg}.") from error
    problem = batch_problem(sent)
    if problem is not None:
        raise BatchRefused(400, "batch", problem)
    visitor = sent["visitor"]
    standing, trouble = _standing(visitor, collector, identity, received_at)
    if trouble is not None and collector.identity_required:
        raise BatchRefused(401, trouble, TROUBLE[trouble])
    events: list[dict[str, Any]] = sent["events"]
    problems = event_problems(events)
    problems.update({index: WORDS["data_too_large"] for index in _too_large(body, events) if index not in problems})
    places = [index for index in range(len(events)) if index not in problems]
    batch = Batch(
        environment_id=collector.environment_id,
        time_zone=collector.environment.time_zone,
        visitor=visitor["id"],
        anonymous=bool(visitor.get("anonymous")),
        account=visitor.get("account"),
        standing=standing,
        context=sent["context"],
        sent_at=sent["sent_at"],
        received_at=received_at,
        events=[events[index] for index in places] if problems else events,
    )
    return Checked(batch, places, problems)


def _too_large(body: bytes, events: list[dict[str, Any]]) -> list[int]:
    """Return the places of events whose data is too large; a small body cannot hold one."""
    if len(body) <= MAX_DATA_BYTES:
        return []
    data = [event.get("data") for event in events]
    if len(orjson.dumps(data)) <= MAX_DATA_BYTES:
        return []
    return [index for index, one in enumerate(data) if len(orjson.dumps(one)) > MAX_DATA_BYTES]


def _standing(visitor: Json, collector: Collector, identity: Identity, now_ms: int) -> tuple[Standing, Trouble | None]:
    """Return how sure we are of who sent this, and what is wrong with the token of an identified visitor."""
    if visitor.get("anonymous"):
        return "anonymous", None
    trouble = identity.trouble(visitor.get("token"), collector.secrets, visitor["id"], now_ms)
    return ("verified" if trouble is None else "unverified"), trouble


def answer(places: Sequence[int], problems: Mapping[int, str], appended: Appended) -> dict[str, Any]:
    """Return the body of the 202: what was taken, what was known already, and each refused event with its reason.

    `places` and `problems` are those of the checked batch.
    """
    if not problems and not appended.refused:
        return {"accepted": appended.accepted, "duplicates": appended.duplicates, "rejected": []}
    rejected = dict(problems)
    rejected.update({places[place]: WORDS.get(code, code) for place, code in appended.refused.items()})
    return {
        "accepted": appended.accepted,
        "duplicates": appended.duplicates,
        "rejected": [{"index": index, "problem": rejected[index]} for index in sorted(rejected)],
    }


class _Waiting:
    """One piece of work for the writer, and what became of it: a thread waits for `done`, or a loop for `future`."""

    __slots__ = ("batch", "done", "error", "future", "places", "problems", "read", "result", "size", "work")

    def __init__(
        self,
        batch: Batch | None = None,
        work: Callable[[], Any] | None = None,
        future: Future[dict[str, Any]] | None = None,
    ) -> None:
        self.batch = batch
        self.work = work
        self.future = future
        self.read: Callable[[], Checked] | None = None
        self.places: Sequence[int] = ()
        self.problems: Mapping[int, str] = {}
        self.size = 0
        self.result: Any = None
        self.error: Exception | None = None
        self.done: threading.Lock | None = None
        if future is None:
            self.done = threading.Lock()
            self.done.acquire()

    @property
    def is_batch(self) -> bool:
        """Say whether this is to be stored together with others."""
        return self.work is None

    def open(self) -> Batch | None:
        """Return the batch, read and checked if it was handed over unread; None where it is not to be stored.

        What was read is not kept: a group's batches together would not stay in the processor's cache.
        """
        if self.read is None or self.error is not None:
            return self.batch
        try:
            checked = self.read()
        except Exception as error:
            self.finish(None, error)
            return None
        self.places, self.problems = checked.places, checked.problems
        return checked.batch

    def finish(self, result: Any, error: Exception | None) -> None:
        """Let who waits go on; a future is told together with the others of its group."""
        self.result, self.error = result, error
        if self.done is not None:
            self.done.release()

    def tell(self) -> None:
        """Give the answer to the future, in its own loop."""
        future = self.future
        if future is None or future.done():
            return
        if self.error is not None:
            future.set_exception(self.error)
        elif self.read is not None:
            future.set_result(answer(self.places, self.problems, self.result))


class Intake:
    """The bounded queue and the one writer thread of a process; the thread starts with the first batch."""

    def __init__(self, store: EventStore, clock: Clock, *, queue_limit: int = 2000) -> None:
        self.identity = Identity()
        self._store = store
        self._clock = clock
        self._queue_limit = queue_limit
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._last_group = 1
        self._came = self._went = 0

    def submit(self, batch: Batch) -> Appended:
        """Store a batch and return what became of it, after the commit.

        Raises TooBusy where too many wait already, and StorageUnavailable where nothing can be stored now.
        """
        return self._wait_for(_Waiting(batch))

    def post(self, read: Callable[[], Checked], size: int, loop: AbstractEventLoop) -> Future[dict[str, Any]]:
        """Store a batch that the writer is to read first; the loop's future has the answer after the commit.

        Raises TooBusy as `submit` does, also where the bodies that wait take too much memory.
        """
        if self._closed or self._queue.qsize() >= self._queue_limit or self._came - self._went > MAX_WAITING_BYTES:
            raise TooBusy(_TOO_MANY, retry_after_s=5)
        self._start()
        future: Future[dict[str, Any]] = loop.create_future()
        waiting = _Waiting(future=future)
        waiting.read, waiting.size = read, size
        self._came += size
        self._queue.put(waiting)
        return future

    def erase(self, environment_id: int, visitor: str, *, anonymous: bool = False) -> Json:
        """Erase a visitor after everything that waits in the queue is written, so that nothing comes after."""
        return self._wait_for(
            _Waiting(work=lambda: self._store.erase(environment_id, visitor, self._clock.now_ms(), anonymous=anonymous))
        )

    def note_refusals(self, environment_id: int, day: int, refusals: Mapping[str, int]) -> None:
        """Count what was refused, with the next transaction; nobody waits for it."""
        if self._queue.qsize() < self._queue_limit and not self._closed:
            self._start()
            self._queue.put(_Waiting(work=lambda: self._store.note_refusals(environment_id, day, refusals)))

    def close(self) -> None:
        """Write what waits, then stop."""
        self._closed = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _wait_for(self, waiting: _Waiting) -> Any:
        if self._closed or self._queue.qsize() >= self._queue_limit:
            raise TooBusy(_TOO_MANY, retry_after_s=5)
        self._start()
        self._queue.put(waiting)
        if waiting.done is not None and not waiting.done.acquire(timeout=WAIT_S):
            raise TooBusy(
                "Storing takes too long. Send again: what is stored already is not counted twice.", retry_after_s=10
            )
        if waiting.error is not None:
            raise waiting.error
        return waiting.result

    def _start(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="handrail-intake", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            found = self._gather(first)
            group = [waiting for waiting in found if waiting is not None]
            batches = [waiting for waiting in group if waiting.is_batch]
            if batches:
                self._store_together(batches)
            for waiting in group:
                if waiting.work is not None:
                    _do(waiting, waiting.work)
            self._tell(group)
            if None in found:
                return

    def _tell(self, group: Sequence[_Waiting]) -> None:
        """Answer the futures of a group, in one call of their loop."""
        posted = [waiting for waiting in group if waiting.future is not None]
        if not posted:
            return
        self._went += sum([waiting.size for waiting in posted])
        loop = posted[0].future.get_loop() if posted[0].future else None
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(_tell_all, posted)

    def _linger(self) -> None:
        """Wait while further moments bring more batches; a visitor who comes alone never waits.

        One moment without any is forgiven as long as fewer wait than were stored together last time.
        """
        waiting = self._queue.qsize()
        if not waiting and self._last_group == 1:
            return
        idle = 0
        for _ in range(LINGER_ROUNDS):
            time.sleep(LINGER_S)
            before, waiting = waiting, self._queue.qsize()
            idle += waiting == before
            if idle and (idle > 1 or waiting + 1 >= self._last_group):
                return

    def _gather(self, first: _Waiting) -> list[_Waiting | None]:
        """Return everything that waits now, up to a transaction's worth, or up to the end or other work."""
        self._linger()
        group: list[_Waiting | None] = [first]
        size = _size(first)
        while size < MAX_GROUP_BYTES:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            group.append(waiting)
            size += _size(waiting)
        self._last_group = len(group)
        return group

    def _store_together(self, group: list[_Waiting]) -> None:
        """Store batches in one transaction; where one of them breaks it, each by itself: no neighbour suffers.

        They are read while they are stored, some at a time.
        """
        opened = (waiting.open() for waiting in group)
        try:
            results = self._store.append((batch for batch in opened if batch is not None), self._clock.now_ms())
        except StorageUnavailable as error:
            for waiting in _not_refused(group):
                waiting.finish(None, error)
        except Exception as error:
            if len(group) == 1:
                _log.exception("a batch of events could not be stored")
                group[0].finish(None, error)
            else:
                for waiting in _not_refused(group):
                    self._store_together([waiting])
        else:
            for waiting, result in zip(_not_refused(group), results, strict=True):
                waiting.finish(result, None)


def _not_refused(group: Sequence[_Waiting]) -> list[_Waiting]:
    """Return those that were not refused when they were read."""
    return [waiting for waiting in group if waiting.error is None]


def _size(waiting: _Waiting | None) -> int:
    """Return about how large a batch is; other work, and the end, close a group."""
    if waiting is None or not waiting.is_batch:
        return MAX_GROUP_BYTES
    return waiting.size or (len(waiting.batch.events) * _BYTES_OF_AN_EVENT if waiting.batch else 0)


def _tell_all(group: Sequence[_Waiting]) -> None:
    for waiting in group:
        waiting.tell()


def _do(waiting: _Waiting, work: Callable[[], Any]) -> None:
    try:
        waiting.finish(work(), None)
    except Exception as error:
        waiting.finish(None, error)
