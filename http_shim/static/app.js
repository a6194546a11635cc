// Starts the page: its frame, the route, the stream of changes, and the keys.
import "./asset-search.js";
import "./asset-sheet.js";
import "./assistant.js";
import "./bulk-add.js";
import { fill, h, icon } from "./dom.js";
import "./files.js";
import { listenForKeys, showKeys } from "./keys.js";
import { live } from "./live.js";
import { onRoute, param, patch, route, universePath } from "./router.js";
import { showUser, signIn, whoAmI } from "./session.js";
import { Sheet } from "./sheet.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { toasts } from "./toast.js";
import "./universe-editor.js";
import "./universe-list.js";
import "./universe-page.js";
import { offerTools } from "./universe-tools.js";
import "./validation-panel.js";

// Pages that are fetched when somebody goes there: the module defines the element.
const PAGES = {
  universe: { element: "universe-page" },
  ops: { element: "ops-page", module: "./ops.js", title: TEXT.app.operations },
};
const SMALL = matchMedia("(max-width: 760px)");

const sheet = new Sheet({
  new: { title: () => TEXT.editor.make, make: () => h("universe-editor", { new: true }) },
  edit: { title: () => TEXT.editor.edit, make: () => h("universe-editor"), needs: true },
  add: { title: () => TEXT.add.title, make: () => h("bulk-add"), needs: true },
  validate: { title: () => TEXT.validation.title, make: () => h("validation-panel"), needs: true },
  asset: { title: () => TEXT.asset.title, make: () => h("asset-sheet") },
  import: { title: () => TEXT.files.importTitle, make: () => h("import-panel") },
  export: { title: () => TEXT.files.exportTitle, make: () => h("export-panel"), needs: true },
});
const main = h("main", { id: "main", tabindex: "-1" });
const rail = h("nav", { id: "rail", "aria-label": TEXT.app.menu }, h("universe-list"));
const menu = h(
  "button",
  {
    type: "button",
    class: "square phone",
    "aria-label": TEXT.app.menu,
    "aria-controls": "rail",
    "aria-expanded": "false",
    onclick: () => openRail(!rail.classList.contains("open")),
  },
  icon("menu"),
);
const liveState = h("span", { class: "live", role: "status" });
const user = h("span", { class: "user-slot" });
const finder = h("asset-search", {
  label: TEXT.search.label,
  hint: "/",
  onchoose: (event) => patch({ panel: "asset", asset: event.detail.asset.symbol }, { step: true }),
});
const assistant = h("assistant-panel");
const aside = h("aside", { id: "assistant", "aria-label": TEXT.app.assistant, hidden: true }, assistant);
const toggle = h(
  "button",
  {
    type: "button",
    class: "quiet",
    "aria-pressed": "false",
    "aria-controls": "assistant",
    "aria-label": TEXT.app.assistant,
    onclick: () => patch({ assistant: aside.hidden ? 1 : null }),
  },
  icon("spark"),
  h("span", { class: "wide" }, TEXT.app.assistant),
);
assistant.onclose = () => {
  patch({ assistant: null });
  toggle.focus();
};

function openRail(on) {
  rail.classList.toggle("open", on);
  menu.setAttribute("aria-expanded", String(on));
}

function showAssistant() {
  const on = param("assistant") === "1";
  aside.hidden = !on;
  toggle.setAttribute("aria-pressed", String(on));
  if (on) assistant.update();
}

function frame() {
  return [
    h(
      "a",
      {
        class: "skip",
        href: "#main",
        onclick: (event) => {
          event.preventDefault();
          main.focus();
        },
      },
      TEXT.app.skip,
    ),
    h(
      "header",
      { class: "bar" },
      menu,
      h(
        "a",
        { class: "brand", href: "#/", "aria-label": TEXT.app.home },
        h("img", { src: "/static/icon.svg", alt: "", width: 22, height: 22 }),
        h("span", {}, TEXT.app.name),
      ),
      finder,
      h("span", { class: "grow" }),
      liveState,
      h(
        "a",
        { class: "button quiet", href: "#/ops", "aria-label": TEXT.app.operations },
        icon("gauge"),
        h("span", { class: "wide" }, TEXT.app.operations),
      ),
      toggle,
      h(
        "button",
        {
          type: "button",
          class: "square quiet wide",
          "aria-label": TEXT.app.help,
          title: TEXT.app.help,
          onclick: showKeys,
        },
        icon("help"),
      ),
      user,
    ),
    h("div", { class: "frame" }, rail, main, sheet.dialog, aside),
    toasts,
    h("p", { id: "announce", class: "vh", role: "status" }),
  ];
}

const pages = new Map();

async function show() {
  openRail(false);
  showAssistant();
  const page = PAGES[route.page];
  if (route.page === "home" && store.universes.length && !SMALL.matches && !param("panel"))
    return location.replace("#/" + universePath(store.universes[0].id));
  if (!page) return fill(main, route.page === "home" ? home() : h("p", { class: "empty" }, TEXT.app.missing));
  if (page.module) await import(page.module);
  if (!pages.has(route.page)) pages.set(route.page, h(page.element));
  if (main.firstElementChild !== pages.get(route.page)) main.replaceChildren(pages.get(route.page));
  if (page.title) document.title = `${page.title} · ${TEXT.app.name}`;
}

function home() {
  if (store.universes.length) {
    openRail(true);
    return null;
  }
  return h(
    "div",
    { class: "empty teach" },
    h("h1", {}, TEXT.home.title),
    h("p", {}, TEXT.home.text),
    h(
      "button",
      { type: "button", class: "primary", onclick: () => patch({ panel: "new" }, { step: true }) },
      icon("plus"),
      TEXT.home.make,
    ),
    h("h2", {}, TEXT.home.ask),
    h("p", {}, TEXT.home.askText),
  );
}

function listen() {
  live.addEventListener("state", () => {
    liveState.textContent = TEXT.app.live[live.state];
    liveState.dataset.state = live.state;
  });
  live.addEventListener("ready", () => store.loadList().catch(() => {}));
  live.addEventListener("universe", (event) => store.heard(event.detail.universe));
  live.addEventListener("deleted", (event) => store.forget(event.detail.id));
  live.start();
}

async function start() {
  document.body.append(...frame());
  let session;
  try {
    session = await whoAmI();
  } catch (error) {
    if (error.status !== 401)
      return fill(
        main,
        h(
          "p",
          { class: "notice bad", role: "alert" },
          error.message,
          h("button", { type: "button", onclick: () => location.reload() }, TEXT.app.retry),
        ),
      );
    session = await signIn();
  }
  addEventListener("session:needed", () =>
    signIn().then(() => {
      live.start();
      store.loadList();
    }),
  );
  showUser(user, session);
  await store.loadList();
  onRoute(show);
  await show();
  sheet.start();
  listenForKeys({ finder, assistant: () => patch({ assistant: aside.hidden ? 1 : null }) });
  offerTools();
  listen();
}

start();
