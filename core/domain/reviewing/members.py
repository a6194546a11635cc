"""What is wrong with single members: dead, renamed, twice, or not confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from core.domain.asset import Asset, AssetClass, AssetStatus
from core.domain.resolving import names_agree
from core.domain.result import NextCall
from core.domain.reviewing.facts import A_CALL, Facts, Finding, Kind, Past, ask, asks

STALE_AFTER = timedelta(days=30)
A_SWAP = 200
"""Members that update_universe replaces in one call."""


def successor(past: Past, asset: Asset) -> str | None:
    """The symbol that the asset goes on under.

    A record of a rename is old news where somebody else bears the symbol now: it counts while
    nobody confirmed the asset since, and it is of that name or its listing is in doubt.
    """
    record, successor = past.former.get(asset.symbol), past.successors.get(asset.symbol)
    if record is None or successor is None or successor.id == asset.id:
        return None
    confirmed = asset.last_validated_at
    if (
        confirmed
        and record.until
        and confirmed.date() > record.until
        and not _in_doubt(past, asset)
    ):
        return None
    is_same = any(names_agree(name, asset.name) for name in (record.name, successor.name) if name)
    return successor.symbol if is_same or _in_doubt(past, asset) else None


def _in_doubt(past: Past, asset: Asset) -> bool:
    return (
        asset.status is AssetStatus.DELISTED
        or asset.not_seen_since is not None
        or asset.symbol in past.denied
    )


def is_dead(past: Past, asset: Asset) -> bool:
    """A denial alone may be a provider's gap: a list or a record must say so too."""
    if asset.symbol in past.denied:
        return asset.not_seen_since is not None or asset.symbol in past.former
    return asset.status is AssetStatus.DELISTED


def delisted(facts: Facts, dead: Sequence[Asset]) -> Iterable[Finding]:
    if dead:
        symbols = [asset.symbol for asset in dead]
        yield Finding(
            kind=Kind.DELISTED,
            symbols=symbols,
            advice="No longer listed. Take them out as of today; the past keeps them.",
            call=facts.call("bulk_remove_assets", symbols=symbols[:A_CALL]),
        )


def renamed(facts: Facts, renamed: Mapping[str, str]) -> Iterable[Finding]:
    """Swapped for successors, or taken out where the successor is, or will be, a member."""
    taken = {asset.symbol for asset in facts.assets}
    swapped: dict[str, str] = {}
    spare: list[str] = []
    for old, new in renamed.items():
        if new in taken:
            spare.append(old)
        else:
            swapped[old] = new
            taken.add(new)
    if swapped:
        some = dict(list(swapped.items())[:A_SWAP])
        yield Finding(
            kind=Kind.RENAMED,
            symbols=list(swapped),
            advice="Trades under another symbol now. Swap old for new, in place.",
            call=facts.call("update_universe", replace=some),
        )
    if spare:
        yield Finding(
            kind=Kind.RENAMED,
            symbols=spare,
            advice="Trades under another symbol now, which is a member too. Take the old one out.",
            call=facts.call("bulk_remove_assets", symbols=spare[:A_CALL]),
        )


def unresolved(facts: Facts) -> Iterable[Finding]:
    if not facts.pending:
        return
    job, pending = facts.job, list(facts.pending)
    if job is None:
        advice = "Pending, and no job works on them. Take them back; add them again later."
        call = facts.call("bulk_remove_assets", symbols=pending[:A_CALL])
    elif job.status.is_final:
        advice = (
            "Pending: nobody could say what they are. Ask again; where that does not help, take"
            " them back with bulk_remove_assets."
        )
        call = NextCall(tool="get_job", arguments={"job_id": str(job.id), "action": "retry"})
    else:
        advice = "Pending: a job works on them. Wait for it."
        call = NextCall(tool="get_job", arguments={"job_id": str(job.id), "wait_seconds": 30})
    yield Finding(kind=Kind.UNRESOLVED, symbols=pending, advice=advice, call=call)


def duplicates(facts: Facts, living: Iterable[Asset]) -> Iterable[Finding]:
    groups: dict[tuple[int, AssetClass], list[Asset]] = {}
    for asset in living:
        if place := facts.places.get(asset.id):
            groups.setdefault((place.group, asset.asset_class), []).append(asset)
    found: dict[Kind, list[str]] = {Kind.DUPLICATE_LISTING: [], Kind.DUPLICATE_SHARE_CLASS: []}
    for group in groups.values():
        first, *others = sorted(group, key=lambda asset: _rank(facts, asset))
        for other in others:
            found[_duplicate(first, other)].append(other.symbol)
    said = {
        Kind.DUPLICATE_LISTING: "The same share as another member, listed elsewhere.",
        Kind.DUPLICATE_SHARE_CLASS: "Another class of shares of a company that is in already.",
    }
    for kind, symbols in found.items():
        if symbols:
            ends = " Take the lesser line out."
            call = facts.call("bulk_remove_assets", symbols=symbols[:A_CALL])
            if facts.rule.is_followed:
                ends, call = " Its rule selects both: leave it, or change the rule.", None
            yield Finding(kind=kind, symbols=symbols, advice=said[kind] + ends, call=call)


def _rank(facts: Facts, asset: Asset) -> tuple[bool, int, str]:
    place = facts.places[asset.id]
    return not place.is_primary, -place.rank, asset.symbol


def _duplicate(one: Asset, other: Asset) -> Kind:
    if one.isin and other.isin:
        same = one.isin == other.isin
    else:
        same = one.symbol.partition(".")[2] != other.symbol.partition(".")[2]
    return Kind.DUPLICATE_LISTING if same else Kind.DUPLICATE_SHARE_CLASS


def unconfirmed(facts: Facts, living: Iterable[Asset]) -> Iterable[Finding]:
    stale: list[str] = []
    unnamed: list[str] = []
    for asset in living:
        at = asset.last_validated_at
        if facts.now - at > STALE_AFTER if at else not facts.is_offline:
            stale.append(asset.symbol)
        if asset.name == asset.symbol:
            unnamed.append(asset.symbol)
    if stale:
        yield Finding(
            kind=Kind.STALE,
            symbols=stale,
            advice=f"Nobody confirmed them for {STALE_AFTER.days} days." + asks(facts),
            call=ask(facts, stale),
        )
    if unnamed:
        yield Finding(
            kind=Kind.UNNAMED,
            symbols=unnamed,
            advice="They bear their symbol for a name, so what they are is unknown." + asks(facts),
            call=ask(facts, unnamed),
        )
