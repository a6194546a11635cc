// The columns of the universe table: three sets, how each is written and how it sorts.
// `rank` says what goes first when the table is narrow: 1 always, 2 from a tablet on, 3 on wide.
import { h } from "./dom.js";
import { compact, NONE, percent, since, day } from "./format.js";
import { badge, ROW_STATES, stateOf } from "./status.js";
import { TEXT } from "./strings.js";

const SIZES = ["Nano Cap", "Micro Cap", "Small Cap", "Mid Cap", "Large Cap", "Mega Cap"];
const MONEY = { USD: "$", EUR: "€", GBP: "£", JPY: "¥" };
const plain = (key) => (row) => row[key] ?? NONE;
const sizeOf = (row) => {
  if (row.market_cap == null) return row.market_cap_bucket?.replace(" Cap", "") ?? NONE;
  const unit = MONEY[row.market_cap_currency];
  return unit
    ? unit + compact(row.market_cap)
    : `${compact(row.market_cap)} ${row.market_cap_currency ?? ""}`;
};
// Known figures first, then by the size class alone.
const sizeRank = (row) =>
  row.market_cap ?? (row.market_cap_bucket ? (SIZES.indexOf(row.market_cap_bucket) + 1) / 10 : null);

function symbolCell(row) {
  return [h("b", {}, row.symbol), h("small", {}, row.name ?? TEXT.table.waiting)];
}

const COLUMNS = {
  position: { text: (row) => row.ordinal ?? NONE, rank: 2, kind: "at" },
  symbol: { text: symbolCell, rank: 1, kind: "sym" },
  name: { text: (row) => row.name ?? TEXT.table.waiting, rank: 2, kind: "wide" },
  sector: { text: plain("sector"), rank: 2, kind: "mid" },
  industry: { text: plain("industry"), rank: 3, kind: "mid" },
  country: { text: plain("country"), rank: 3, kind: "land" },
  exchange: { text: plain("exchange"), rank: 3, kind: "short" },
  mic: { text: plain("mic"), rank: 3, kind: "short" },
  isin: { text: plain("isin"), rank: 2, kind: "mid code" },
  asset_class: { text: (row) => TEXT.classes[row.asset_class] ?? NONE, rank: 3, kind: "short" },
  currency: { text: plain("currency"), rank: 2, kind: "short" },
  market_cap: { text: sizeOf, sort: sizeRank, rank: 1, kind: "num", down: true },
  pe_ratio: { text: (row) => row.pe_ratio?.toFixed(1) ?? NONE, rank: 2, kind: "num" },
  dividend_yield: {
    text: (row) => (row.dividend_yield == null ? NONE : percent(row.dividend_yield, 2)),
    rank: 2,
    kind: "num",
    down: true,
  },
  valid_from: { text: (row) => day(row.valid_from), rank: 3, kind: "num", down: true },
  last_validated_at: { text: (row) => since(row.last_validated_at), rank: 3, kind: "num", down: true },
  state: {
    text: (row) =>
      badge(
        stateOf(row),
        row.status && row.status !== "active" && !row.pending ? TEXT.statuses[row.status] : undefined,
      ),
    sort: (row) => -ROW_STATES.indexOf(stateOf(row)),
    rank: 1,
    kind: "st",
  },
};

export const COLUMN_SETS = {
  overview: ["position", "symbol", "name", "sector", "industry", "country", "market_cap", "state"],
  figures: [
    "position",
    "symbol",
    "name",
    "market_cap",
    "pe_ratio",
    "dividend_yield",
    "currency",
    "sector",
    "state",
  ],
  identity: [
    "position",
    "symbol",
    "name",
    "isin",
    "exchange",
    "mic",
    "currency",
    "asset_class",
    "last_validated_at",
    "state",
  ],
};

export const columnsOf = (set) =>
  (COLUMN_SETS[set] ?? COLUMN_SETS.overview).map((key) => ({
    key,
    label: TEXT.columns[key],
    ...COLUMNS[key],
  }));

export function sorter(key, direction) {
  const value = COLUMNS[key]?.sort ?? ((row) => row[key]);
  const sign = direction === "desc" ? -1 : 1;
  return (a, b) => {
    const left = value(a),
      right = value(b);
    if (left === right) return a.position - b.position;
    if (left == null) return 1;
    if (right == null) return -1;
    return left < right ? -sign : sign;
  };
}

export const firstDirection = (key) => (COLUMNS[key]?.down ? "desc" : "asc");
export const isColumn = (key) => key in COLUMNS;
