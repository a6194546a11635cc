// A universe as a card inside a conversation: made of the dashboard's modules, told by the host.
import { meetHost, request } from "./card-bridge.js";
import { h } from "./dom.js";
import { whole } from "./format.js";
import { stateOf } from "./status.js";
import { TEXT } from "./strings.js";
import "./summary.js";
import { columnsOf } from "./table-columns.js";

const FIRST = 10;
const STEP = 15;
const MOST = 500;
const PAGE = 200;
const COLUMNS = ["symbol", "sector", "country", "market_cap", "state"];
const columns = columnsOf("overview").filter(({ key }) => COLUMNS.includes(key));
const title = h("h1", {}, TEXT.card.loading);
const about = h("p", { class: "dim", role: "status" });
const quality = h("quality-panel"), mix = h("mix-panel", { by: "sector" });
const body = h("tbody");
const table = h("table", {}, h("caption", { class: "vh" }, TEXT.table.caption), h("thead", {}, h("tr", {}, columns.map(({ label, kind }) => h("th", { scope: "col", class: kind }, label)))), body);
const more = h("button", { type: "button", class: "small", onclick: () => { shown += STEP; draw(); } });
const clear = h("button", { type: "button", class: "link", hidden: true, onclick: () => choose({ sector: null, state: null }) }, TEXT.table.clearFilters);
const parts = h("div", { class: "card-parts", hidden: true }, h("section", {}, h("h2", {}, TEXT.quality.title), quality), h("section", {}, h("h2", {}, TEXT.mix.sector), mix));
const list = h("div", { hidden: true }, table, h("p", { class: "card-foot" }, more, clear));

let rows = [], view = {}, shown = FIRST, given = {}, can = {}, reading = 0;

const fits = (row) => (!view.state || stateOf(row) === view.state) && (!view.sector || (!row.pending && (row.sector ?? "none") === view.sector));

function choose(changes) {
  view = { ...view, ...changes };
  shown = FIRST;
  draw();
}

function draw() {
  const found = rows.filter(fits);
  quality.rows = mix.rows = rows;
  quality.on = view.state;
  mix.on = view.sector;
  body.replaceChildren(...found.slice(0, shown).map(row));
  more.hidden = found.length <= shown;
  more.textContent = TEXT.card.more(Math.min(STEP, found.length - shown));
  clear.hidden = !view.sector && !view.state;
  parts.hidden = list.hidden = !rows.length;
}

function row(asset) {
  const cells = columns.map(({ key, text, kind }) => h(key === "symbol" ? "th" : "td", { scope: key === "symbol" ? "row" : null, class: kind }, key === "symbol" && can.message && !asset.pending ? ask(asset) : text(asset)));
  return h("tr", {}, cells);
}

function ask(asset) {
  const question = TEXT.card.ask(asset.symbol);
  return h("button", { type: "button", class: "link", title: question, onclick: () => request("ui/message", { role: "user", content: [{ type: "text", text: question }] }).catch(() => say(TEXT.card.refused)) }, h("b", {}, asset.symbol), h("small", {}, asset.name));
}

const say = (text) => { about.textContent = text; };

const pendingRow = ({ input, since }) => ({ id: "pending:" + input, symbol: input, name: null, pending: true, since });

function failed(text) {
  title.textContent = TEXT.card.nothing;
  say(text);
  rows = [];
  draw();
}

function answered(result) {
  const answer = result.structuredContent;
  if (result.isError || !answer?.data?.assets) return failed(answer?.message ?? result.content?.[0]?.text ?? "");
  const { data, metadata } = answer;
  title.textContent = data.name;
  rows = [...(data.pending ?? []).map(pendingRow), ...data.assets];
  view = {};
  shown = FIRST;
  count(data, metadata);
  draw();
  readOn(data, metadata, ++reading);
}

function count(data, metadata) {
  const pending = data.pending?.length ?? 0;
  const all = metadata.total ?? data.asset_count;
  const read = rows.length - pending;
  const some = read < all ? TEXT.card.some(whole(read), whole(all)) : TEXT.table.all(all + pending, pending);
  say([rows.length ? some : TEXT.table.none, TEXT.page.version(data.version), data.description].filter(Boolean).join(" · "));
}

// The host gave one page; the rest is read through it, as far as a card can show it.
async function readOn(data, metadata, mine) {
  let cursor = metadata.next_cursor;
  while (can.serverTools && cursor && rows.length < MOST) {
    const next = await request("tools/call", { name: "get_universe", arguments: { ...given, universe_id: data.id, limit: PAGE, cursor } }).catch(() => null);
    const answer = next?.structuredContent;
    if (mine !== reading || !answer?.data) return;
    rows = [...rows, ...answer.data.assets].slice(0, MOST);
    cursor = answer.metadata.next_cursor;
    count(data, metadata);
    draw();
  }
}

document.body.append(h("main", { class: "card-view" }, h("div", {}, title, about), parts, list));
for (const panel of [quality, mix]) panel.addEventListener("view", (event) => choose(event.detail));
meetHost("universe-card", { asked: (asked) => { given = asked; }, answered, cancelled: () => failed(TEXT.card.cancelled) }).then((host) => {
  can = host;
  draw();
});
