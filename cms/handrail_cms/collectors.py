"""What the collecting routes need of an environment, and whom they let in. No Flask.

A collector is all that a machine which only collects would need to know of the content store.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import cast

from handrail_cms.errors import TooBusy
from handrail_cms.previews import allows
from handrail_cms.storage.content import ContentStore
from handrail_cms.storage.records import Environment

_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Collector:
    """One environment, as far as collecting goes."""

    environment: Environment
    secrets: tuple[str, ...]
    identity_required: bool

    @property
    def environment_id(self) -> int:
        """The environment's id, by which events are stored."""
        return self.environment.id

    def allows(self, origin: str | None) -> bool:
        """Say whether a page of this origin may send; no Origin header means no browser's page."""
        return origin is None or allows(self.environment, origin)


class Collectors:
    """Finds collectors by public key; asks the content store again only when anything in it has changed."""

    def __init__(self, content: ContentStore) -> None:
        self._content = content
        self._local = threading.local()

    def find(self, public_key: str, now_ms: int) -> Collector:
        """Return a collector; raises NotFound for an unknown key."""
        known = self._known()
        found = known.get(public_key)
        if found is None or self._retired(found, now_ms):
            found = self._read(public_key, now_ms)
            if len(known) < _REMEMBERED:
                known[public_key] = found
        return found

    def _known(self) -> dict[str, Collector]:
        """Return this thread's collectors, none where the content store has changed since they were read."""
        connection = self._content.connections.database().conn
        stamp = (connection.execute("pragma data_version").fetchone()[0], connection.total_changes)
        if getattr(self._local, "stamp", None) != stamp:
            self._local.stamp = stamp
            self._local.known = {}
            self._local.until = {}
        return cast("dict[str, Collector]", self._local.known)  # pyright: ignore[reportUnknownMemberType]

    def _retired(self, collector: Collector, now_ms: int) -> bool:
        """Say whether one of the secrets that were read has stopped to count since."""
        until = self._local.until.get(collector.environment.public_key)
        return until is not None and now_ms >= until

    def _read(self, public_key: str, now_ms: int) -> Collector:
        environment = self._content.apps.environment_by_public_key(public_key)
        secrets = [
            secret
            for secret in self._content.apps.secrets(environment.id)
            if secret.retired_at is None or secret.retired_at > now_ms
        ]
        ends = [secret.retired_at for secret in secrets if secret.retired_at is not None]
        self._local.until[public_key] = min(ends, default=None)
        required = environment.settings.get("identity") == "required"
        return Collector(environment, tuple(secret.secret for secret in secrets), required)


class Rates:
    """Token buckets in memory: how many requests a second each name may make, with a burst of ten seconds' worth."""

    def __init__(self, per_s: float) -> None:
        self._per_ms = per_s / 1000
        self._burst = per_s * 10
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, now_ms: int) -> None:
        """Take one request; raises TooBusy, with the time to wait, where the bucket is empty.

        Names are kept in memory only, and only the busiest few thousand.
        """
        with self._lock:
            left, at = self._buckets.get(name, (self._burst, now_ms))
            left = min(self._burst, left + max(0, now_ms - at) * self._per_ms)
            if left < 1:
                wait_s = max(1, round((1 - left) / self._per_ms / 1000))
                raise TooBusy("Too many requests. Wait, then send again.", retry_after_s=wait_s, status=429)
            self._buckets[name] = (left - 1, now_ms)
            self._buckets.move_to_end(name)
            if len(self._buckets) > _REMEMBERED * 10:
                self._buckets.popitem(last=False)
