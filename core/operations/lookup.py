"""Finding the universe a call is about, and saying the same of a missing and a foreign one."""

from datetime import timedelta
from uuid import UUID

from core.domain.errors import InvalidInputError, NotFoundError, VersionConflictError
from core.domain.universe import RESTORE_DAYS, Universe
from core.operations.operation import Context
from core.ports import UnitOfWork


async def the_universe(ctx: Context, uow: UnitOfWork, universe_id: UUID) -> Universe:
    """The caller's universe.

    Raises:
        NotFoundError: There is none, or it is another's, or it was deleted.
    """
    found = await uow.universes.find(universe_id)
    return found if found else await _explain_missing(ctx, uow, universe_id)


async def the_stamped_universe(
    ctx: Context, uow: UnitOfWork, universe_id: UUID
) -> tuple[Universe, str]:
    """The caller's universe, and the stamp of what is shown of it now.

    Raises:
        NotFoundError: As `the_universe`.
    """
    found = await uow.universes.find_stamped(universe_id)
    return found if found else (await _explain_missing(ctx, uow, universe_id), "")


async def the_source(
    ctx: Context, uow: UnitOfWork, universe_id: UUID, *, field: str, **details: object
) -> Universe:
    """The caller's universe that another one is made of, now or at each refresh.

    Raises:
        NotFoundError: As `the_universe`; it names the one that is missing, which nobody asked for.
    """
    found = await uow.universes.find(universe_id)
    if found is not None:
        return found
    raise NotFoundError(
        f"The universe {universe_id}, which this one is made of, was deleted or is none of yours."
        f" restore_universe brings a deleted one back within {RESTORE_DAYS} days; or name another"
        " of list_universes.",
        field=field,
        details=details,
        next_actions=("restore_universe", "list_universes"),
    )


async def locked_universe(
    ctx: Context, uow: UnitOfWork, universe_id: UUID, *, expected_version: int | None
) -> Universe:
    """The caller's universe, held against other changes until the transaction ends.

    Raises:
        NotFoundError: As `the_universe`.
        VersionConflictError: It has changed since `expected_version`.
    """
    found = await uow.universes.lock(universe_id)
    if found is None:
        return await _explain_missing(ctx, uow, universe_id)
    check_version(found, expected_version)
    return found


def check_version(universe: Universe, expected_version: int | None) -> None:
    if expected_version is not None and expected_version != universe.version:
        raise VersionConflictError(
            f"The universe is at version {universe.version}, not {expected_version}: somebody"
            " changed it. Read it with get_universe, then repeat your change on what you see.",
            field="expected_version",
            details={"version": universe.version},
            next_actions=("get_universe",),
        )


def check_reached(
    universe: Universe, version: int | None, *, field: str, next_actions: tuple[str, ...] = ()
) -> None:
    """Refuse a version that the universe does not have yet."""
    if version is not None and version > universe.version:
        raise InvalidInputError(
            f"The universe has versions 1 to {universe.version}.",
            field=field,
            details={"version": universe.version},
            next_actions=next_actions,
        )


async def _explain_missing(ctx: Context, uow: UnitOfWork, universe_id: UUID) -> Universe:
    since = ctx.services.now() - timedelta(days=RESTORE_DAYS)
    if await uow.universes.find_deleted(universe_id, since=since):
        raise NotFoundError(
            "This universe was deleted. restore_universe brings it back within"
            f" {RESTORE_DAYS} days of its deletion.",
            field="universe_id",
            next_actions=("restore_universe", "list_universes"),
        )
    raise NotFoundError(
        "You have no universe with this id. list_universes shows those you have.",
        field="universe_id",
        next_actions=("list_universes", "create_universe"),
    )
