"""Who was seen lately, with what the host application said about them: for counting whom a rule means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from handrail_guides.events import TYPES

from handrail_cms.storage.sqlite import Connections

# The newest identify of a visitor is the last of its ids: they are UUIDv7. Marked traffic is nobody real.
# The plus keeps SQLite from the index by environment: down the table itself, the first rows found are the answer.
_SEEN = """
select v.id, v.anonymous, l.name as language, d.name as device,
  (select e.data from visitor_events e where e.visitor_no = v.visitor_no and e.type = :identify
   order by e.id desc limit 1) as said
from (
  select visitor_no, id, anonymous,
    (select max(c.context_no) from contexts c where c.visitor_no = w.visitor_no and c.mark_no = 0) as newest
  from visitors w where +environment_id = :environment and person_no = visitor_no and newest is not null and (
    exists (select 1 from visitor_events e where e.visitor_no = w.visitor_no and e.at >= :since)
    or exists (select 1 from runs r where r.visitor_no = w.visitor_no and r.last_at >= :since))
  order by visitor_no desc limit :limit) v
join contexts c on c.context_no = v.newest
left join names l on l.name_no = c.language_no left join names d on d.name_no = c.device_no
order by v.visitor_no desc
"""


def recent_visitors(
    connections: Connections, environment_id: int, since_ms: int, limit: int
) -> Iterator[dict[str, Any]]:
    """Give the visitors who did anything since then: `visitor, anonymous, traits, account, language, device`."""
    who = {"environment": environment_id, "since": since_ms, "limit": limit, "identify": TYPES.index("identify")}
    for row in connections.rows(_SEEN, who):
        said: Any = json.loads(row["said"]) if row["said"] else {}
        yield {
            "visitor": row["id"],
            "anonymous": bool(row["anonymous"]),
            "language": row["language"],
            "device": row["device"],
            "traits": said.get("traits") or {},
            "account": said.get("account_traits") or {},
        }
