"""Which operation answers which route: one line each, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.operations import CATALOG
from core.operations.charts import chart_membership, chart_turnover
from core.operations.operation import Operation
from core.operations.status import get_status

AnyOperation = Operation[Any, Any]
OPERATIONS: Mapping[str, AnyOperation] = {operation.name: operation for operation in CATALOG}
PREFIX = "/api/v1"
PAGE_LIMIT = 200
"""Rows a page at most; of summaries, which are small, HTTP gives more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRoute:
    """A method and path, and the operation behind it.

    `path` is under the prefix, its parameters named as the operation's arguments. Where `action`
    is given, a body's `action` must equal it; several routes may then share a path. `created` is
    where a new thing can be read, with `{id}` from its data. `not_here` are arguments that another
    method of the same path takes. `is_file` answers with the file that the data holds, `is_image`
    with its drawing.
    """

    method: str
    path: str
    operation: AnyOperation
    action: str | None = None
    created: str | None = None
    tagged: bool = False
    is_file: bool = False
    is_image: bool = False
    not_here: frozenset[str] = frozenset()


def _route(method: str, path: str, name: str, **more: Any) -> ApiRoute:
    return ApiRoute(method=method, path=path, operation=OPERATIONS[name], **more)


UNIVERSE = "/universes/{universe_id}"
CHARTS = f"{UNIVERSE}/charts"
NEW_UNIVERSE = f"{PREFIX}/universes/{{id}}"

ROUTES: tuple[ApiRoute, ...] = (
    _route("GET", "/universes", "list_universes"),
    _route("POST", "/universes", "create_universe", created=NEW_UNIVERSE),
    _route("POST", "/universes/compare", "compare_universes"),
    _route("POST", "/universes/combine", "combine_universes", created=NEW_UNIVERSE),
    _route("POST", "/universes/import", "import_universe", created=NEW_UNIVERSE),
    _route("GET", UNIVERSE, "get_universe", tagged=True),
    _route("PUT", UNIVERSE, "update_universe"),
    _route("DELETE", UNIVERSE, "delete_universe"),
    _route("POST", f"{UNIVERSE}/restore", "restore_universe"),
    _route("GET", f"{UNIVERSE}/history", "get_universe_history"),
    _route("POST", f"{UNIVERSE}/revert", "revert_universe"),
    _route("POST", f"{UNIVERSE}/refresh", "refresh_universe"),
    _route("GET", f"{UNIVERSE}/review", "review_universe"),
    _route("GET", f"{UNIVERSE}/turnover", "calculate_turnover"),
    _route("GET", f"{UNIVERSE}/export", "export_universe", is_file=True),
    _route("POST", f"{UNIVERSE}/assets", "bulk_add_assets", action="add"),
    _route("POST", f"{UNIVERSE}/assets", "bulk_remove_assets", action="remove"),
    # a link must never cancel anything: reading and acting are two methods
    _route("GET", "/jobs/{job_id}", "get_job", not_here=frozenset({"action"})),
    _route("POST", "/jobs/{job_id}", "get_job"),
    _route("POST", "/screens/preview", "preview_screen"),
    _route("GET", "/assets/search", "search_assets"),
    _route("GET", "/assets/sectors", "list_sectors"),
    _route("POST", "/assets/validate", "validate_symbols"),
    # for people who watch: no tools, since no agent needs them
    ApiRoute(method="GET", path=f"{CHARTS}/membership", operation=chart_membership),
    ApiRoute(
        method="GET",
        path=f"{CHARTS}/membership.svg",
        operation=chart_membership,
        tagged=True,
        is_image=True,
    ),
    ApiRoute(method="GET", path=f"{CHARTS}/turnover", operation=chart_turnover),
    ApiRoute(
        method="GET",
        path=f"{CHARTS}/turnover.svg",
        operation=chart_turnover,
        tagged=True,
        is_image=True,
    ),
    ApiRoute(method="GET", path="/status", operation=get_status),
    # last: a symbol may hold a slash, so its path takes everything that is left
    _route("GET", "/assets/{symbol:path}", "get_asset"),
)
