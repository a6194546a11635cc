"""Endpoints made of the routes: translate, call, translate back."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from core.domain.errors import CoreError, InvalidInputError
from core.domain.rates import Door
from core.operations.operation import Context
from core.ports import Principal, Services
from http_shim.requests import WITH_BODY, arguments_of, read_body
from http_shim.responses import problem_of, respond
from http_shim.routes import PAGE_LIMIT, ROUTES, ApiRoute

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")

ServicesSource = Callable[[], Awaitable[Services]]
Authenticate = Callable[[Request], Awaitable[Principal]]
"""Who calls; raises UnauthorizedError or ForbiddenError."""

Answer = Callable[[Request], Awaitable[Response]]


def route_of(path: str, methods: Mapping[str, Answer]) -> Route:
    """A Starlette route that answers these methods, HEAD and OPTIONS, and failures as problems."""
    answered = {*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}
    allowed = ", ".join(sorted(answered))

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": allowed})
        if request.method not in answered:
            raise HTTPException(405, headers={"Allow": allowed})
        try:
            return await methods["GET" if request.method == "HEAD" else request.method](request)
        except CoreError as error:
            return problem_of(error, instance=request.url.path)

    # all methods, or one that is missing here would be tried on a path with a parameter
    return Route(path, endpoint, methods=METHODS)


def api_routes(services: ServicesSource, authenticate: Authenticate) -> list[BaseRoute]:
    """One Starlette route a path, in the order of the table."""

    def answer_of(same: list[ApiRoute]) -> Answer:
        return lambda request: _answer(request, same, services, authenticate)

    paths: dict[str, dict[str, list[ApiRoute]]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {}).setdefault(route.method, []).append(route)
    return [
        route_of(path, {method: answer_of(same) for method, same in methods.items()})
        for path, methods in paths.items()
    ]


async def _answer(
    request: Request,
    same: list[ApiRoute],
    services: ServicesSource,
    authenticate: Authenticate,
) -> Response:
    principal = await authenticate(request)
    if same[0].action is None:
        route = same[0]
        arguments = await arguments_of(request, route)
    else:
        body = await read_body(request)
        route = _by_action(body, same)
        arguments = await arguments_of(request, route, body=body)
    ctx = Context(
        principal=principal,
        services=await services(),
        door=Door.HTTP,
        request_id=request.state.request_id,
        page_limit=_page_limit(arguments),
        takes_json=not (route.is_file or route.is_image),
        is_typed=request.method in WITH_BODY,
    )
    result = await route.operation.invoke(ctx, arguments)
    return respond(request, route, result, allowances=ctx.allowances)


def _by_action(body: Mapping[str, Any], same: list[ApiRoute]) -> ApiRoute:
    actions = {route.action: route for route in same}
    named = body.get("action")
    found = actions.get(named) if isinstance(named, str) else None
    if found is None:
        raise InvalidInputError(
            f"action must be one of: {', '.join(str(action) for action in actions)}.",
            field="action",
        )
    return found


def _page_limit(arguments: Mapping[str, Any]) -> int:
    """Summaries are small, so HTTP gives a thousand of them a page."""
    return 1000 if arguments.get("view") == "summary" else PAGE_LIMIT
