"""Tasks that go well when the right tool is chosen first."""

from tests.evals.agent import Agent, symbols, task

BANKS = ["JPM", "BAC", "WFC", "C"]


@task("Make a list of Apple, Microsoft and Nvidia")
async def builds_from_names(agent: Agent) -> bool:
    named = {"AAPL": "Apple", "MSFT": "Microsoft", "NVDA": "Nvidia"}
    checked = await agent.call("validate_symbols", symbols=list(named), expected_names=named)
    await agent.follow(checked, "create_universe", name="Big tech")
    [found] = (await agent.look("list_universes"))["universes"]
    return found["name"] == "Big tech" and found["asset_count"] == 3


@task("Which symbol is Vodafone in London?")
async def finds_a_listing(agent: Agent) -> bool:
    found = await agent.call("search_assets", query="vodafone", exchange="London", limit=3)
    return symbols(found["data"])[0] == "VOD.L"


@task("Make a list of the Dutch chip makers of the catalogue")
async def builds_from_a_screen(agent: Agent) -> bool:
    found = await agent.call(
        "search_assets", industry="Semiconductors", country="Netherlands", limit=5
    )
    made = await agent.call("create_universe", name="Chips", symbols=symbols(found["data"]))
    return made["data"]["asset_count"] == len(found["data"]["assets"]) > 1


@task("Turn these ISINs into a list")
async def takes_isins(agent: Agent) -> bool:
    isins = ["US0378331005", "US5949181045", "DE0007164600"]
    made = await agent.call("create_universe", name="By ISIN", symbols=isins)
    read = await agent.look("get_universe", universe_id=made["data"]["id"])
    return symbols(read) == ["AAPL", "MSFT", "SAP.DE"]


@task("Is META still Metabank? Do not let me buy the wrong company")
async def notices_another_company(agent: Agent) -> bool:
    checked = await agent.call("validate_symbols", symbols=["F"], expected_names={"F": "Facebook"})
    [result] = checked["data"]["results"]
    return any(warning["code"] == "identity_mismatch" for warning in result["warnings"])


@task("Try adding four banks first, then do it")
async def previews_an_addition(agent: Agent) -> bool:
    made = await agent.call("create_universe", name="Banks")
    ident = made["data"]["id"]
    tried = await agent.call("bulk_add_assets", universe_id=ident, symbols=BANKS, dry_run=True)
    done = await agent.call("bulk_add_assets", universe_id=ident, symbols=BANKS)
    return tried["data"]["version"] == 1 and done["data"]["added"] == len(BANKS)


@task("Take Wells Fargo out of my list")
async def removes_a_member(agent: Agent) -> bool:
    await agent.look("create_universe", name="Banks", symbols=BANKS)
    found = await agent.call("list_universes", query="banks")
    ident = found["data"]["universes"][0]["id"]
    await agent.call("bulk_remove_assets", universe_id=ident, symbols=["WFC"])
    return symbols(await agent.look("get_universe", universe_id=ident)) == ["JPM", "BAC", "C"]


@task("Put Citigroup first")
async def reorders(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Banks", symbols=BANKS)
    await agent.call("update_universe", universe_id=made["id"], order=["C"])
    return symbols(await agent.look("get_universe", universe_id=made["id"]))[0] == "C"


@task("What was in it before my last change?")
async def reads_the_past(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Banks", symbols=BANKS)
    await agent.look("bulk_remove_assets", universe_id=made["id"], symbols=["C"])
    history = await agent.call("get_universe_history", universe_id=made["id"])
    before = history["data"]["changes"][0]["version"] - 1
    then = await agent.call("get_universe", universe_id=made["id"], version=before, view="summary")
    return symbols(then["data"]) == BANKS


@task("Undo my last change")
async def reverts(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Banks", symbols=BANKS)
    await agent.look("bulk_remove_assets", universe_id=made["id"], symbols=["C", "BAC"])
    await agent.call("revert_universe", universe_id=made["id"], to_version=1)
    return symbols(await agent.look("get_universe", universe_id=made["id"])) == BANKS


@task("How much did the list change?")
async def compares_versions(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Banks", symbols=BANKS)
    await agent.look("bulk_add_assets", universe_id=made["id"], symbols=["GS"])
    history = await agent.call("get_universe_history", universe_id=made["id"])
    compared = await agent.follow(history, "compare_universes")
    return [row["symbol"] for row in compared["data"]["added"]] == ["GS"]


@task("Give me the list as TradingView reads it")
async def exports(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Banks", symbols=BANKS)
    answer = await agent.call("export_universe", universe_id=made["id"], format="tradingview")
    return "NYSE:JPM" in answer["data"]["content"]


@task("Import what I copied from a spreadsheet")
async def imports(agent: Agent) -> bool:
    content = "symbol,name\nAAPL,Apple\nBRK.B,Berkshire Hathaway\n"
    given = {"name": "Pasted", "format": "csv", "content": content}
    tried = await agent.call("import_universe", **given, dry_run=True)
    done = await agent.call("import_universe", **given, idempotency_key="paste-1")
    return tried["data"]["id"] is None and done["data"]["asset_count"] == 2


@task("What do my two lists have in common?")
async def intersects(agent: Agent) -> bool:
    one = await agent.look("create_universe", name="One", symbols=["AAPL", "MSFT", "KO"])
    two = await agent.look("create_universe", name="Two", symbols=["KO", "PEP", "AAPL"])
    made = await agent.call(
        "combine_universes",
        operation="intersection",
        universe_ids=[one["id"], two["id"]],
        name="Both",
    )
    read = await agent.call("get_universe", universe_id=made["data"]["id"], view="summary")
    return symbols(read["data"]) == ["AAPL", "KO"]


@task("Do it once, though the connection broke")
async def repeats_safely(agent: Agent) -> bool:
    given = {"name": "Once", "symbols": ["KO"], "idempotency_key": "k-1"}
    first = await agent.call("create_universe", **given)
    again = await agent.call("create_universe", **given)
    universes = (await agent.look("list_universes"))["universes"]
    return first["data"]["id"] == again["data"]["id"] and len(universes) == 1


@task("Read all of a long list")
async def pages(agent: Agent) -> bool:
    found = await agent.look("search_assets", sector="Energy", country="United States", limit=60)
    made = await agent.look("create_universe", name="Energy", symbols=symbols(found))
    first = await agent.call("get_universe", universe_id=made["id"], view="summary", limit=40)
    rest = await agent.follow(first, "get_universe")
    return len(first["data"]["assets"]) + len(rest["data"]["assets"]) == made["asset_count"]


@task("Bring back the list I deleted by mistake")
async def restores(agent: Agent) -> bool:
    made = await agent.look("create_universe", name="Lost", symbols=["KO"])
    gone = await agent.call("delete_universe", universe_id=made["id"], confirm_name="Lost")
    await agent.follow(gone, "restore_universe")
    return (await agent.look("get_universe", universe_id=made["id"]))["asset_count"] == 1
