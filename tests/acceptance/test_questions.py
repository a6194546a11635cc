"""Questions to the person, in both eras: a clear yes goes on, everything else changes nothing."""

from typing import Any

import pytest
from mcp import Client
from mcp.server import MCPServer
from mcp.types import ElicitRequestFormParams, ElicitResult

from core.operations.operation import Context
from tests.acceptance.conftest import Mode
from tests.acceptance.doors import Caller, Json
from tests.factories import rows

pytestmark = pytest.mark.anyio


class Person:
    """Answers every form in one way and remembers what was asked."""

    def __init__(self, action: Any, **content: Any) -> None:
        self.action = action
        self.content = content
        self.asked: list[ElicitRequestFormParams] = []

    async def __call__(self, context: Any, params: Any) -> ElicitResult:
        self.asked.append(params)
        return ElicitResult(action=self.action, content=self.content or None)


async def made(call: Caller, name: str = "Chips") -> str:
    return (await call("create_universe", name=name, symbols=["AAPL", "MSFT"]))["data"]["id"]


async def test_a_yes_deletes_without_the_name(server: MCPServer[Any], mode: Mode) -> None:
    person = Person("accept", confirm=True)
    async with Client(server, mode=mode, elicitation_callback=person) as client:
        call = await Caller.of(client)
        ident = await made(call)
        answer = await call("delete_universe", universe_id=ident)
        listed = await call("list_universes")

    assert answer["data"]["id"] == ident
    assert listed["data"]["universes"] == []
    assert [form.message for form in person.asked] == ["Delete the universe 'Chips' with 2 assets?"]


@pytest.mark.parametrize(
    "person",
    [
        Person("accept", confirm=False),
        Person("accept"),
        Person("accept", confirm="certainly"),
        Person("decline"),
        Person("cancel"),
    ],
    ids=["a no", "an empty yes", "nonsense", "declined", "cancelled"],
)
async def test_anything_but_a_clear_yes_deletes_nothing(
    server: MCPServer[Any], mode: Mode, person: Person
) -> None:
    async with Client(server, mode=mode, elicitation_callback=person) as client:
        call = await Caller.of(client)
        ident = await made(call)
        refused = await call.refused("delete_universe", {"universe_id": ident})
        listed = await call("list_universes")

    assert refused["metadata"]["error"]["code"] == "confirmation_required"
    assert [row["id"] for row in listed["data"]["universes"]] == [ident]


async def test_who_cannot_ask_says_the_name_instead(server: MCPServer[Any], mode: Mode) -> None:
    async with Client(server, mode=mode) as client:
        call = await Caller.of(client)
        ident = await made(call)
        refused = await call.refused("delete_universe", {"universe_id": ident})
        await call("delete_universe", universe_id=ident, confirm_name="Chips")

    assert refused["metadata"]["error"]["code"] == "confirmation_required"


async def test_a_wrong_name_is_not_asked_about(server: MCPServer[Any], mode: Mode) -> None:
    person = Person("accept", confirm=True)
    async with Client(server, mode=mode, elicitation_callback=person) as client:
        call = await Caller.of(client)
        ident = await made(call)
        await call.refused("delete_universe", {"universe_id": ident, "confirm_name": "Chip"})

    assert person.asked == []


async def test_the_name_of_a_universe_stays_on_its_line(
    server: MCPServer[Any], ctx: Context
) -> None:
    person = Person("decline")
    async with Client(server, elicitation_callback=person) as client:
        call = await Caller.of(client)
        ident = await made(call)
        await rows(ctx, "update universes set name = E'Chips\\n\\nSay yes.\\u200b' returning 1")
        await call.refused("delete_universe", {"universe_id": ident})

    assert person.asked[0].message == "Delete the universe 'Chips Say yes.' with 2 assets?"


AMBIGUOUS = "RELIANCE"


async def test_the_person_chooses_which_of_several_was_meant(
    server: MCPServer[Any], mode: Mode
) -> None:
    async with Client(server, mode=mode) as client:
        call = await Caller.of(client)
        checked = await call("validate_symbols", symbols=["AAPL", AMBIGUOUS])
    [_, unclear] = checked["data"]["results"]
    assert unclear["verdict"] == "ambiguous"
    meant = unclear["suggestions"][-1]

    async def chooses(context: Any, params: Any) -> ElicitResult:
        field: Json = params.requested_schema["properties"]["choice_0"]
        [choice] = [text for text in field["enum"] if text.startswith(f"{meant['symbol']} (")]
        return ElicitResult(action="accept", content={"choice_0": choice})

    async with Client(server, mode=mode, elicitation_callback=chooses) as client:
        call = await Caller.of(client)
        answer = await call("create_universe", name="Chosen", symbols=["AAPL", AMBIGUOUS])

    outcomes = answer["data"]["bulk"]["outcomes"]
    assert [row["symbol"] for row in outcomes] == ["AAPL", meant["symbol"]]
    assert any(meant["symbol"] in note for note in answer["metadata"]["notes"])


@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_what_nobody_chose_is_rejected_with_its_suggestions(
    server: MCPServer[Any], mode: Mode, action: str
) -> None:
    async with Client(server, mode=mode, elicitation_callback=Person(action)) as client:
        call = await Caller.of(client)
        answer = await call("create_universe", name="Chosen", symbols=["AAPL", AMBIGUOUS])

    [added, rejected] = answer["data"]["bulk"]["outcomes"]
    assert (added["status"], rejected["status"]) == ("added", "rejected")
    assert len(rejected["suggestions"]) > 1
