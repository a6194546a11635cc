"""Everything a user can do, listed outright: the doors expose exactly this."""

from typing import Any

from core.operations.asset_detail import get_asset
from core.operations.assets import list_sectors, search_assets
from core.operations.combining import combine_universes
from core.operations.comparing import compare_universes
from core.operations.constituents import bulk_add_assets, bulk_remove_assets
from core.operations.deleting import delete_universe, restore_universe
from core.operations.exports import export_universe
from core.operations.history import get_universe_history, revert_universe
from core.operations.imports import import_universe
from core.operations.jobs import WRITE_SCOPE, get_job
from core.operations.members import get_universe
from core.operations.operation import Operation
from core.operations.refresh import refresh_universe
from core.operations.review import review_universe
from core.operations.screens import preview_screen
from core.operations.turnover import calculate_turnover
from core.operations.universes import create_universe, list_universes
from core.operations.updating import update_universe
from core.operations.validations import validate_symbols

CATALOG: tuple[Operation[Any, Any], ...] = (
    create_universe,
    list_universes,
    get_universe,
    update_universe,
    delete_universe,
    restore_universe,
    bulk_add_assets,
    bulk_remove_assets,
    search_assets,
    get_asset,
    list_sectors,
    validate_symbols,
    get_job,
    get_universe_history,
    revert_universe,
    compare_universes,
    combine_universes,
    preview_screen,
    refresh_universe,
    review_universe,
    calculate_turnover,
    import_universe,
    export_universe,
)

SCOPES = frozenset(operation.scope for operation in CATALOG) | {WRITE_SCOPE}
