// All English text of the dashboard.
const count = (n, one, many = one + "s") => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export const TEXT = {
  app: {
    name: "Universes", skip: "Skip to the content", menu: "Universes", help: "Keyboard shortcuts", operations: "Operations", api: "API",
    assistant: "Assistant", home: "All universes", missing: "There is no such page.", failed: "This could not be loaded.", retry: "Try again",
    gone: "This universe was deleted or is not yours.", close: "Close", cancel: "Cancel", working: "Working…",
    live: { live: "Live", connecting: "Connecting…", polling: "Updating every few seconds", offline: "Offline" },
  },
  keys: {
    title: "Keyboard", "/": "find an asset", f: "filter the table", j: "next row", k: "row before", x: "select the row", Enter: "open the row",
    "Alt ↑ ↓": "move the row", a: "add assets", e: "edit the universe", v: "validate", i: "assistant", "?": "this list", Esc: "close",
  },
  states: {
    confirmed: "Confirmed", listed: "Listed", stale: "Stale", dead: "Dead", pending: "Pending",
    valid: "Valid", valid_normalized: "Valid", renamed: "Renamed", delisted: "Delisted", suspended: "Suspended", ambiguous: "Ambiguous",
    not_found: "Not found", malformed: "Malformed", unsupported: "Unsupported", unverified: "Unverified",
    added: "New", already_member: "Already in", removed: "Removed", not_member: "Not in", rejected: "Rejected",
  },
  statuses: { active: "Active", delisted: "Delisted", suspended: "Suspended", unknown: "Unknown" },
  sources: { manual: "Manual", index: "Index", screen: "Screen", import: "Import", derived: "Derived" },
  classes: { equity: "Equity", etf: "ETF", fund: "Fund", index: "Index", currency: "Currency", crypto: "Crypto", future: "Future", moneymarket: "Money market" },
  columns: {
    position: "#", symbol: "Symbol", name: "Name", sector: "Sector", industry: "Industry", country: "Country", exchange: "Exchange", mic: "MIC", isin: "ISIN",
    asset_class: "Class", currency: "Currency", market_cap: "Size", pe_ratio: "P/E", dividend_yield: "Yield", valid_from: "Since", last_validated_at: "Checked", state: "Status",
  },
  list: {
    title: "Universes", find: "Find a universe", create: "New", createLong: "New universe", agent: "Agent", madeBy: (who) => `Made by ${who}`,
    pending: (n) => `${n.toLocaleString("en")} pending`, more: (n) => `${n.toLocaleString("en")} more: narrow the search.`, none: (q) => `No universe matches “${q}”.`,
    quality: (share) => `${share} in good standing`,
  },
  table: {
    caption: "Assets of the universe", filter: "Filter symbol or name", columns: "Columns", sets: { overview: "Overview", figures: "Figures", identity: "Identity" },
    loading: "Loading…", all: (n) => count(n, "asset"), someOf: (n, all) => `${n.toLocaleString("en")} of ${count(all, "asset")}`,
    none: "No assets.", nothing: "No asset matches these filters.", clearFilters: "Clear the filters", unfilter: (what) => `Stop filtering by ${what}`,
    select: (symbol) => `Select ${symbol}`, selectAll: "Select all rows that match", selected: (n) => `${n} selected`, allSelected: (n) => `All ${n} matching rows are selected`,
    selectMatching: (n) => `Select all ${n} matching`, clear: "Clear", bulk: "Actions on the selection", actions: { validate: "Validate", copy: "Copy symbols", remove: "Remove" },
    waiting: "Waiting for a provider", drag: "Drag to move, or Alt with an arrow key", moved: (symbol, at) => `${symbol} is now number ${at}`,
  },
  quality: {
    title: "Validation", good: " in good standing", label: (parts) => `Validation quality: ${parts}`,
    means: {
      confirmed: "A provider confirmed it within 30 days", listed: "The catalogue lists it as active; no provider was asked", stale: "Confirmed more than 30 days ago",
      dead: "Delisted or suspended", pending: "Nobody could verify it yet",
    },
  },
  mix: {
    sector: "Sectors", country: "Countries", currency: "Currencies", unknown: "Unknown", empty: "Nothing to count yet.",
    more: (n, share) => `and ${n} more, ${share}`, title: (label, n) => `${label}: ${n}. Click to filter.`, by: "Mix by",
  },
  page: {
    assets: "Assets", history: "History", rule: "Rule", version: (n) => `Version ${n}`, changed: (when) => `changed ${when}`, add: "Add assets", validate: "Validate", edit: "Edit", more: "More actions",
    import: "Import…", export: "Export…", copyLink: "Copy link", print: "Print", remove: "Delete…", copied: "Copied.", summary: "Summary",
    noDescription: "No description", newRows: (n, who) => `${who} added ${count(n, "asset")}`, someone: "Somebody", loadingMore: (n, all) => `Loading ${n.toLocaleString("en")} of ${all.toLocaleString("en")}`,
  },
  home: {
    title: "No universe yet", text: "A universe is the list of assets a strategy, a screen or a report works on. Every symbol in it is resolved to an identity, every change is recorded and can be undone.",
    make: "Make the first universe", ask: "Or ask an agent", askText: "Connect an MCP client and say: “Make a universe of European chip makers, and tell me which names you were not sure about.”",
  },
};
