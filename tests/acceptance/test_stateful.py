"""Two users at both doors, step by step in any order: nothing leaks, and no update is lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from core.bootstrap import open_services
from core.config import Settings
from tests.acceptance.both_doors import Doors, both_doors
from tests.acceptance.doors import Json
from tests.factories import at_once

USERS = ("alice", "bob")
SYMBOLS = ("AAPL", "MSFT", "NVDA", "KO", "BRK-B", "VOD.L")
NAMES = ("Chips", "Drinks", "Others")
ENOUGH = 500

user = st.sampled_from(USERS)
door = st.sampled_from(("mcp", "http"))
name = st.sampled_from(NAMES)
some = st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=4, unique=True)


@dataclass(kw_only=True)
class Known:
    """What a universe must look like."""

    id: str
    owner: str
    name: str
    version: int = 1
    members: list[str] = field(default_factory=list[str])
    is_deleted: bool = False


@dataclass(kw_only=True)
class World:
    """The service, and how a step that is not async calls it."""

    portal: BlockingPortal
    doors: Mapping[str, Doors]
    steps: int = 0
    refused: int = 0

    def call(self, who: str, through: str, operation: str, **arguments: Any) -> Json:
        self.steps += 1
        return self.portal.call(self.doors[who][through], operation, arguments)

    def at_once(self, who: str, operation: str, *several: Json) -> list[Json]:
        """The same operation through both doors at the same time."""
        self.steps += 1

        async def both() -> list[Any]:
            pairs = zip(("mcp", "http"), several, strict=True)
            return await at_once(*(self.doors[who][d](operation, given) for d, given in pairs))

        return self.portal.call(both)


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """The real services, with both doors of both users."""
    with (
        start_blocking_portal("asyncio") as portal,
        portal.wrap_async_context_manager(open_services(settings)) as services,
        portal.wrap_async_context_manager(both_doors(services, settings, *USERS)) as doors,
    ):
        yield World(portal=portal, doors=doors)


class TwoUsers(RuleBasedStateMachine):
    """Each step calls one door and compares the answer with what must be."""

    world: ClassVar[World]
    universes = Bundle("universes")

    def __init__(self) -> None:
        super().__init__()
        self.known: list[Known] = []

    def teardown(self) -> None:
        for one in self.known:
            if not one.is_deleted:
                self.world.call(
                    one.owner, "mcp", "delete_universe", universe_id=one.id, confirm_name=one.name
                )

    def living(self, owner: str) -> list[Known]:
        return [one for one in self.known if one.owner == owner and not one.is_deleted]

    @initialize(target=universes)
    def one_each(self) -> MultipleResults[Known]:
        return multiple(*(self._made(who, "Start", []) for who in USERS))

    def _made(self, who: str, called: str, symbols: list[str]) -> Known:
        given = {"symbols": symbols} if symbols else {}
        answer = self.world.call(who, "http", "create_universe", name=called, **given)
        assert answer["success"], answer
        made = Known(id=answer["data"]["id"], owner=who, name=called, members=list(symbols))
        self.known.append(made)
        return made

    @rule(target=universes, who=user, called=name, symbols=some)
    def create(self, who: str, called: str, symbols: list[str]) -> Known | MultipleResults[Known]:
        if called in {one.name for one in self.living(who)}:
            answer = self.world.call(who, "mcp", "create_universe", name=called)
            assert _code(answer) == "conflict"
            return multiple()
        return self._made(who, called, symbols)

    @rule(one=universes, through=door, symbols=some, is_stale=st.booleans())
    def add(self, one: Known, through: str, symbols: list[str], is_stale: bool) -> None:  # noqa: FBT001 - drawn
        answer = self.world.call(
            one.owner,
            through,
            "bulk_add_assets",
            universe_id=one.id,
            symbols=symbols,
            expected_version=one.version + 1 if is_stale else one.version,
        )
        if is_stale or one.is_deleted:
            assert _code(answer) == ("not_found" if one.is_deleted else "version_conflict")
            return
        self._changed(one, answer, [*one.members, *(s for s in symbols if s not in one.members)])

    @rule(one=universes, through=door, symbols=some)
    def remove(self, one: Known, through: str, symbols: list[str]) -> None:
        answer = self.world.call(
            one.owner, through, "bulk_remove_assets", universe_id=one.id, symbols=symbols
        )
        if one.is_deleted:
            assert _code(answer) == "not_found"
            return
        self._changed(one, answer, [s for s in one.members if s not in symbols])

    def _changed(self, one: Known, answer: Json, members: list[str]) -> None:
        assert answer["success"], answer
        one.version += members != one.members
        one.members = members
        assert answer["data"]["version"] == one.version

    @rule(one=universes, left=some, right=some)
    def add_through_both_doors_at_once(self, one: Known, left: list[str], right: list[str]) -> None:
        several = [{"universe_id": one.id, "symbols": symbols} for symbols in (left, right)]
        answers = self.world.at_once(one.owner, "bulk_add_assets", *several)
        if one.is_deleted:
            assert [_code(answer) for answer in answers] == ["not_found"] * 2
            return
        new = [s for s in dict.fromkeys([*left, *right]) if s not in one.members]
        assert sum(answer["data"]["added"] for answer in answers) == len(new)
        one.version += sum(answer["data"]["added"] > 0 for answer in answers)
        read = self.world.call(one.owner, "mcp", "get_universe", universe_id=one.id)
        now = [asset["symbol"] for asset in read["data"]["assets"]]
        assert (now[: len(one.members)], set(now[len(one.members) :])) == (one.members, set(new))
        one.members = now  # either may have come first

    @rule(one=universes, through=door, order=st.permutations(SYMBOLS))
    def reorder(self, one: Known, through: str, order: list[str]) -> None:
        wanted = [symbol for symbol in order if symbol in one.members]
        if one.is_deleted or not wanted:
            return
        answer = self.world.call(
            one.owner, through, "update_universe", universe_id=one.id, order=wanted
        )
        self._changed(one, answer, wanted)

    @rule(one=universes, through=door)
    def delete(self, one: Known, through: str) -> None:
        answer = self.world.call(
            one.owner, through, "delete_universe", universe_id=one.id, confirm_name=one.name
        )
        assert answer["success"] is not one.is_deleted
        one.is_deleted = True

    @rule(
        one=universes,
        through=door,
        call=st.sampled_from(
            (
                ("get_universe", {}),
                ("get_universe_history", {}),
                ("bulk_add_assets", {"symbols": ["KO"]}),
                ("bulk_remove_assets", {"symbols": ["AAPL"]}),
                ("update_universe", {"description": "taken over"}),
                ("delete_universe", {"confirm_name": "Start"}),
                ("revert_universe", {"to_version": 1}),
                ("restore_universe", {}),
            )
        ),
    )
    def try_what_is_anothers(self, one: Known, through: str, call: tuple[str, Json]) -> None:
        [other] = set(USERS) - {one.owner}
        operation, arguments = call
        answer = self.world.call(other, through, operation, universe_id=one.id, **arguments)
        assert _code(answer) == "not_found"
        self.world.refused += 1

    @rule(one=universes, through=door)
    def read(self, one: Known, through: str) -> None:
        answer = self.world.call(one.owner, through, "get_universe", universe_id=one.id)
        if one.is_deleted:
            assert _code(answer) == "not_found"
            return
        data = answer["data"]
        assert (data["name"], data["version"]) == (one.name, one.version)
        assert [asset["symbol"] for asset in data["assets"]] == one.members

    @rule(who=user, through=door)
    def list_mine(self, who: str, through: str) -> None:
        answer = self.world.call(who, through, "list_universes")
        listed = {row["id"]: row["asset_count"] for row in answer["data"]["universes"]}
        assert listed == {one.id: len(one.members) for one in self.living(who)}


def _code(answer: Json) -> str | None:
    return answer["metadata"]["error"]["code"] if "error" in answer["metadata"] else None


def test_nothing_leaks_and_nothing_is_lost_in_any_order_of_calls(world: World) -> None:
    TwoUsers.world = world

    run_state_machine_as_test(
        TwoUsers,
        settings=hypothesis_settings(
            max_examples=16,
            stateful_step_count=50,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

    assert world.steps >= ENOUGH
    assert world.refused > 0
