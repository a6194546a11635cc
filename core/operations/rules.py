"""What universes follow: making one of a screen, and whom a rule wants as things are now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.domain.asset import Asset
from core.domain.errors import InvalidInputError
from core.domain.rebalancing import Rule
from core.domain.screen import Guards
from core.domain.setalgebra import SetOperation, combined
from core.domain.universe import SAMPLE, Universe, UniverseSource
from core.operations.comparing import EVERYONE
from core.operations.indices import index_members
from core.operations.lookup import the_source
from core.operations.operation import Context
from core.operations.screens import checked_screen
from core.ports import MemberWindow, UnitOfWork
from core.screening.reading import read_screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom a rule selects, best first; of a screen with ranks more than its `limit`."""

    asset_ids: Sequence[UUID]
    limit: int
    guards: Guards = field(default_factory=Guards)
    says: str = ""


async def wanted_by(ctx: Context, uow: UnitOfWork, rule: Rule) -> Wanted:
    """Whom the rule selects now.

    Raises:
        CoreError: It is not followed, or can select nobody: a universe it is made of is gone, or
            its index.
    """
    if rule.is_paused:
        raise InvalidInputError(
            "This universe no longer follows its rule. Let it follow again with update_universe and"
            " follow=true, then refresh it.",
            field="universe_id",
            next_actions=("update_universe", "get_universe"),
        )
    if rule.screen is not None:
        return await of_screen(ctx, uow, rule.screen)
    if rule.derived is not None:
        ids = [UUID(universe_id) for universe_id in rule.derived["universe_ids"]]
        sources = [await the_source(ctx, uow, source, field="universe_id") for source in ids]
        sides = [await members_by_id(uow, source) for source in sources]
        chosen = [asset.id for asset in combined(sides, SetOperation(rule.derived["operation"]))]
        return Wanted(asset_ids=chosen, limit=len(chosen), says="The sets it is made of changed.")
    if rule.index_code is None:
        raise InvalidInputError(
            "This universe follows no rule, so there is nothing to refresh it by. Give it a screen"
            " with update_universe.",
            field="universe_id",
            next_actions=("update_universe", "get_universe"),
        )
    index = await index_members(uow, rule.index_code)
    return Wanted(
        asset_ids=index.asset_ids,
        limit=len(index.asset_ids),
        says=f"{index.facts.name} as {index.facts.source} {index.facts.release} has it.",
    )


async def members_by_id(uow: UnitOfWork, universe: Universe) -> dict[UUID, Asset]:
    rows = await uow.members.list(universe.id, window=MemberWindow(), after=None, limit=EVERYONE)
    return {row.asset.id: row.asset for row in rows}


async def of_screen(ctx: Context, uow: UnitOfWork, document: Mapping[str, Any]) -> Wanted:
    """Whom a screen selects."""
    screen = await checked_screen(ctx, uow, document)
    query, guards = screen.query, screen.guards
    found = await uow.screens.select(query, limit=max(query.limit, guards.exit_rank or 0))
    return Wanted(
        asset_ids=found,
        limit=query.limit,
        guards=guards,
        says="Its screen selects so.",
    )


async def takes_screen(
    ctx: Context, uow: UnitOfWork, universe: Universe, document: Mapping[str, Any] | None
) -> bool:
    """Let the universe follow a screen; whether it did not follow this very one already.

    Raises:
        InvalidInputError: It follows an index or other universes, or would follow itself.
    """
    if document is None:
        return False
    rule = await uow.rules.get(universe.id)
    if rule.screen == document and not rule.is_paused:
        return False
    if rule.derived is not None or rule.index_code is not None:
        raise InvalidInputError(
            "This universe follows an index or other universes already. Make a new one for the"
            " screen with create_universe.",
            field="screen",
            next_actions=("create_universe",),
        )
    await _check_cycle(ctx, uow, universe.id, document)
    await uow.rules.set_screen(universe.id, document)
    return True


async def takes_up(uow: UnitOfWork, universe: Universe, *, follow: bool | None) -> bool:
    """Let the universe follow its rule again, or no longer; whether that is new.

    Raises:
        InvalidInputError: It has no rule to follow.
    """
    if follow is None:
        return False
    rule = await uow.rules.get(universe.id)
    if follow and not rule.is_there:
        raise InvalidInputError(
            "This universe has no rule to follow. Give it one: a screen.",
            field="follow",
            next_actions=("preview_screen", "update_universe"),
        )
    if not rule.is_there or rule.is_followed is follow:
        return False
    await uow.rules.pause(universe.id, paused=not follow)
    return True


async def _check_cycle(
    ctx: Context, uow: UnitOfWork, universe_id: UUID, document: Mapping[str, Any]
) -> None:
    """Refuse a screen whose base comes, by whatever way, from the universe itself."""
    screen = await checked_screen(ctx, uow, document)
    open_ids = [screen.query.base.universe_id]
    seen: set[UUID] = set()
    while open_ids:
        found = open_ids.pop()
        if found is None or found in seen:
            continue
        if found == universe_id:
            raise InvalidInputError(
                "The screen's base comes from this very universe: each would wait for the other."
                " Choose another base.",
                field="screen",
                details={"path": "/base/ref"},
            )
        seen.add(found)
        open_ids += await _bases(uow, found)


async def _bases(uow: UnitOfWork, universe_id: UUID) -> list[UUID | None]:
    rule = await uow.rules.get(universe_id)
    if rule.derived is not None:
        return [UUID(given) for given in rule.derived["universe_ids"]]
    if rule.screen is not None:
        return [read_screen(rule.screen).query.base.universe_id]
    return []


async def make_of_screen(
    ctx: Context,
    uow: UnitOfWork,
    *,
    name: str,
    description: str,
    document: Mapping[str, Any],
    key: str | None,
) -> Universe:
    """A new universe of whom the screen selects, which follows it from then on."""
    wanted = await of_screen(ctx, uow, document)
    # beyond the rank that lets in, the first refresh would let nobody stay
    most = min(wanted.limit, wanted.guards.enter_rank or wanted.limit)
    chosen = list(wanted.asset_ids[:most])
    _check_size(len(chosen), wanted.guards)
    now = ctx.services.now()
    made = await uow.universes.add(
        name=name, description=description, source=UniverseSource.SCREEN, now=now
    )
    await uow.rules.set_screen(made.id, document)
    shown = await uow.assets.by_ids(chosen[:SAMPLE])
    change = ctx.change(
        "create_universe",
        effective=now.date(),
        reason=wanted.says,
        idempotency_key=key,
        added=len(chosen),
        sample=[shown[asset].symbol for asset in chosen[:SAMPLE]],
    )
    change_set = await uow.changes.add(made.id, version=1, change=change, now=now)
    await uow.members.add(made.id, chosen, change_set=change_set, version=1, effective=now.date())
    return await uow.universes.find(made.id) or made


def _check_size(count: int, guards: Guards) -> None:
    low, high = guards.min_size or 0, guards.max_size
    if low <= count and (high is None or count <= high):
        return
    raise InvalidInputError(
        f"The screen selects {count} assets, which its own guards do not allow (min_size {low},"
        f" max_size {high or 'none'}). Try it with preview_screen and mend the one or the other.",
        field="screen",
        details={"matched": count},
        next_actions=("preview_screen",),
    )
