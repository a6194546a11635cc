"""What is true after a storm, read as the owner would read it."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from core.domain.jobs import JobItem
from core.operations.operation import Context
from core.ports import MemberWindow

PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Symbols by what became of them, and effects counted twice over."""

    asked: int
    status: Counter[str]
    verdicts: Counter[str]
    attempts: Counter[int]
    members: int
    recorded: int
    pending: int
    versions: int

    @property
    def is_open(self) -> bool:
        return bool(self.status["queued"] or self.status["running"])

    @property
    def lost(self) -> int:
        """Symbols without an end, or whose end had no effect."""
        settled = self.status["done"] + self.status["dead"]
        return self.asked - settled + max(0, self.verdicts["valid"] - self.members)

    @property
    def doubled(self) -> int:
        """Members that were recorded more often than once, or without a verdict."""
        return self.recorded - self.members + max(0, self.members - self.verdicts["valid"])


async def read_ledger(ctx: Context, universe_id: UUID, job_id: UUID, *, asked: int) -> Ledger:
    items: list[JobItem] = []
    async with ctx.unit_of_work() as uow:
        while page := await uow.jobs.items(
            job_id, after=items[-1].seq if items else None, limit=PAGE
        ):
            items += page
        members = await uow.members.count(universe_id, window=MemberWindow())
        pending = await uow.pending.list(universe_id, limit=asked + 1)
        changes = await uow.changes.list(universe_id, before=None, limit=10 * asked)
    return Ledger(
        asked=asked,
        status=Counter(item.status.value for item in items),
        verdicts=Counter(str((item.result or {}).get("verdict")) for item in items),
        attempts=Counter(item.attempts for item in items),
        members=members,
        recorded=sum(change.added for change in changes),
        pending=len(pending),
        versions=len(changes),
    )
