// Starts the page: its frame, the route, the stream of changes, and the keys.
import { h, icon } from "./dom.js";
import { live } from "./live.js";
import { go, onRoute, patch, route, universePath } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import "./universe-list.js";
import "./universe-page.js";

// Pages that are fetched when somebody goes there: the module defines the element.
const PAGES = {
  universe: { element: "universe-page" },
  ops: { element: "ops-page", module: "./ops.js", title: TEXT.app.operations },
};
const SMALL = matchMedia("(max-width: 760px)");

const main = h("main", { id: "main", tabindex: "-1" });
const rail = h("nav", { id: "rail", "aria-label": TEXT.app.menu }, h("universe-list"));
const menu = h("button", { type: "button", class: "square phone", "aria-label": TEXT.app.menu, "aria-controls": "rail", "aria-expanded": "false", onclick: () => openRail(!rail.classList.contains("open")) }, icon("menu"));
const liveState = h("span", { class: "live", role: "status" });

function openRail(on) {
  rail.classList.toggle("open", on);
  menu.setAttribute("aria-expanded", String(on));
}

function frame() {
  return [
    h("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); main.focus(); } }, TEXT.app.skip),
    h("header", { class: "bar" }, menu, h("a", { class: "brand", href: "#/", "aria-label": TEXT.app.home }, h("img", { src: "/static/icon.svg", alt: "", width: 22, height: 22 }), h("span", {}, TEXT.app.name)),
      h("span", { class: "grow" }), liveState,
      h("a", { class: "button quiet wide", href: "#/ops" }, icon("gauge"), TEXT.app.operations)),
    h("div", { class: "frame" }, rail, main),
    h("p", { id: "announce", class: "vh", role: "status" }),
  ];
}

const shown = new Map();

async function show() {
  openRail(false);
  const page = PAGES[route.page];
  if (route.page === "home" && store.universes.length && !SMALL.matches) return location.replace("#/" + universePath(store.universes[0].id));
  if (!page) return main.replaceChildren(route.page === "home" ? home() : h("p", { class: "empty" }, TEXT.app.missing));
  if (page.module) await import(page.module);
  if (!shown.has(route.page)) shown.set(route.page, h(page.element));
  if (main.firstElementChild !== shown.get(route.page)) main.replaceChildren(shown.get(route.page));
  if (page.title) document.title = `${page.title} · ${TEXT.app.name}`;
}

function home() {
  if (store.universes.length) {
    openRail(true);
    return "";
  }
  return h("div", { class: "empty teach" }, h("h1", {}, TEXT.home.title), h("p", {}, TEXT.home.text),
    h("button", { type: "button", class: "primary", onclick: () => patch({ panel: "new" }, { step: true }) }, icon("plus"), TEXT.home.make),
    h("h2", {}, TEXT.home.ask), h("p", {}, TEXT.home.askText));
}

function listen() {
  live.addEventListener("state", () => { liveState.textContent = TEXT.app.live[live.state]; liveState.dataset.state = live.state; });
  live.addEventListener("ready", () => { store.loadList().catch(() => {}); });
  live.addEventListener("universe", (event) => store.heard(event.detail.universe));
  live.addEventListener("deleted", (event) => store.forget(event.detail.id));
  live.start();
}

async function start() {
  document.body.append(...frame());
  onRoute(show);
  await store.loadList();
  await show();
  listen();
}

start();
