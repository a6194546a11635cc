"""Tasks whose first call is wrong: the next one is made of what the error says alone."""

import re
from uuid import uuid4

from tests.evals.agent import Agent, details, meant, number, symbols, task


@task("Search with an argument called `text`, which there is not")
async def corrects_an_argument(agent: Agent) -> bool:
    wrong = await agent.call("search_assets", qury="coca cola", limit=3)
    found = await agent.call("search_assets", **{meant(wrong): "coca cola"}, limit=3)
    return "KO" in symbols(found["data"])


@task("Filter by a sector under another name")
async def corrects_a_filter(agent: Agent) -> bool:
    wrong = await agent.call("search_assets", sector="Financal Servces", limit=3)
    right = details(wrong)["did_you_mean"][0]
    found = await agent.call("search_assets", sector=right, limit=3)
    return all(asset["sector"] == right for asset in found["data"]["assets"])


@task("Make a list whose name is taken")
async def adds_to_what_is_there(agent: Agent) -> bool:
    await agent.look("create_universe", name="Drinks", symbols=["KO"])
    taken = await agent.call("create_universe", name="Drinks", symbols=["PEP"])
    ident = details(taken)["universe_id"]
    await agent.call("bulk_add_assets", universe_id=ident, symbols=["PEP"])
    return symbols(await agent.look("get_universe", universe_id=ident)) == ["KO", "PEP"]


@task("Add to a list whose id was made up")
async def looks_up_an_id(agent: Agent) -> bool:
    await agent.look("create_universe", name="Drinks")
    lost = await agent.call("bulk_add_assets", universe_id=str(uuid4()), symbols=["KO"])
    listed = await agent.call(lost["next_actions"][0])
    ident = listed["data"]["universes"][0]["id"]
    added = await agent.call("bulk_add_assets", universe_id=ident, symbols=["KO"])
    return added["data"]["added"] == 1


@task("Delete without a confirmation")
async def confirms(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Old")
    asked = await agent.call("delete_universe", universe_id=made["id"])
    named = await agent.call(asked["next_actions"][0], universe_id=details(asked)["universe_id"])
    name = named["data"]["name"]
    await agent.call("delete_universe", universe_id=made["id"], confirm_name=name)
    return (await agent.look("list_universes"))["universes"] == []


@task("Change what somebody else changed meanwhile")
async def meets_a_newer_version(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Shared", symbols=["KO"])
    ident = made["id"]
    await agent.look("bulk_add_assets", universe_id=ident, symbols=["PEP"])
    add = {"universe_id": ident, "symbols": ["MNST"]}
    late = await agent.call("bulk_add_assets", **add, expected_version=1)
    done = await agent.call("bulk_add_assets", **add, expected_version=details(late)["version"])
    return done["data"]["added"] == 1


@task("Add a misspelled symbol")
async def takes_a_suggestion(agent: Agent) -> bool:
    made = await agent.call("create_universe", name="Typos", symbols=["APPL"])
    outcome = made["data"]["bulk"]["outcomes"][0]
    checked = await agent.call("validate_symbols", symbols=["APPL"])
    [result] = checked["data"]["results"]
    right = result["suggestions"][0]["symbol"]
    ident = made["data"]["id"]
    added = await agent.call("bulk_add_assets", universe_id=ident, symbols=[right])
    return outcome["status"] in ("pending", "rejected") and added["data"]["added"] == 1


@task("Look up a company by its name where a symbol belongs")
async def takes_the_company_meant(agent: Agent) -> bool:
    wrong = await agent.call("get_asset", symbol="Coca-Cola")
    right = details(wrong)["suggestions"][0]["symbol"]
    asset = await agent.call("get_asset", symbol=right)
    return asset["data"]["symbol"] == "KO"


@task("Go on with a cursor of another list")
async def begins_again(agent: Agent) -> bool:
    wrong = await agent.call("list_universes", cursor="bm90IG91cnM")
    assert wrong["metadata"]["error"]["field"] == "cursor"
    listed = await agent.call("list_universes")
    return listed["success"]


@task("Ask for more rows than a page has")
async def asks_for_less(agent: Agent) -> bool:
    wrong = await agent.call("search_assets", country="Japan", limit=500)
    found = await agent.call("search_assets", country="Japan", limit=number(wrong) // 10)
    return 0 < len(found["data"]["assets"]) <= 20


@task("Read a list that was deleted")
async def brings_it_back(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Gone", symbols=["KO"])
    await agent.look("delete_universe", universe_id=made["id"], confirm_name="Gone")
    missing = await agent.call("get_universe", universe_id=made["id"])
    await agent.call(missing["next_actions"][0], universe_id=made["id"])
    read = await agent.call("get_universe", universe_id=made["id"])
    return symbols(read["data"]) == ["KO"]


@task("Use one key for two requests")
async def takes_a_new_key(agent: Agent) -> bool:
    await agent.look("create_universe", name="First", idempotency_key="same")
    mixed = await agent.call("create_universe", name="Second", idempotency_key="same")
    assert mixed["metadata"]["error"]["field"] == "idempotency_key"
    made = await agent.call("create_universe", name="Second", idempotency_key="another")
    return made["success"] and len((await agent.look("list_universes"))["universes"]) == 2


@task("Order what is not in the list")
async def leaves_out_strangers(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Drinks", symbols=["KO", "PEP"])
    wanted = ["PEP", "TSLA", "KO"]
    wrong = await agent.call("update_universe", universe_id=made["id"], order=wanted)
    known = [symbol for symbol in wanted if symbol not in details(wrong)["not_members"]]
    await agent.call("update_universe", universe_id=made["id"], order=known)
    return symbols(await agent.look("get_universe", universe_id=made["id"])) == ["PEP", "KO"]


@task("Go back to a version that never was")
async def goes_back_as_far_as_it_can(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Young", symbols=["KO"])
    await agent.look("bulk_add_assets", universe_id=made["id"], symbols=["PEP"])
    wrong = await agent.call("revert_universe", universe_id=made["id"], to_version=9)
    version = details(wrong)["version"] - 1
    await agent.call("revert_universe", universe_id=made["id"], to_version=version)
    return symbols(await agent.look("get_universe", universe_id=made["id"])) == ["KO"]


@task("Add assets as of tomorrow")
async def takes_today(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Early")
    add = {"universe_id": made["id"], "symbols": ["KO"]}
    wrong = await agent.call("bulk_add_assets", **add, effective_date="2999-01-01")
    [_, today] = re.findall(r"\d{4}-\d\d-\d\d", wrong["message"])
    done = await agent.call("bulk_add_assets", **add, effective_date=today)
    return done["data"]["added"] == 1
