// The one panel beside the page: a column that leaves the table live where there is room, a modal
// sheet over the whole screen where there is not. `?panel=` names what is in it.
import { h, icon } from "./dom.js";
import { onRoute, param, patch, route } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";

const SMALL = matchMedia("(max-width: 760px)");
const GONE = { panel: null, asset: null };

// `panels` maps a name to {title(), make(), needs}: `needs` is a universe that is open; `make` gives an element that is thrown away on closing.
export class Sheet {
  #name = null;
  #key = null;
  #opener = null;

  constructor(panels) {
    this.panels = panels;
    this.title = h("h2", { id: "sheet-title" });
    this.closer = h(
      "button",
      {
        type: "button",
        class: "square quiet",
        "aria-label": TEXT.app.close,
        title: TEXT.app.close,
        onclick: () => this.close(),
      },
      icon("close"),
    );
    this.slot = h("div", { class: "sheet-slot" });
    this.dialog = h(
      "dialog",
      { id: "sheet", "aria-labelledby": "sheet-title" },
      h("div", { class: "sheet-head" }, this.title, this.closer),
      this.slot,
    );
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) {
        event.preventDefault();
        this.close();
      }
    });
    SMALL.addEventListener("change", () => {
      if (this.dialog.open) this.#raise();
    });
    onRoute(() => this.#follow());
  }

  close() {
    patch(GONE);
  }

  start() {
    this.#follow();
  }

  #follow() {
    const name = param("panel");
    const key = [name, route.id, param("asset")].join(" ");
    if (key === this.#key) return;
    if (this.panels[name]?.needs && store.current?.id !== route.id) {
      store.addEventListener("universe", () => this.#follow(), { once: true });
      return;
    }
    this.#key = key;
    if (this.panels[name]) this.#open(name);
    else if (this.dialog.open) this.#shut();
  }

  #open(name) {
    if (!this.dialog.open) this.#opener = document.activeElement;
    this.#name = name;
    const panel = this.panels[name].make();
    this.title.textContent = this.panels[name].title();
    this.slot.replaceChildren(panel);
    this.dialog.dataset.panel = name;
    if (!this.dialog.open) this.#raise();
    if (name !== "asset" || SMALL.matches) (panel.querySelector("[data-first]") ?? this.closer).focus();
  }

  #raise() {
    if (this.dialog.open) this.dialog.close();
    if (SMALL.matches) this.dialog.showModal();
    else this.dialog.show();
    document.body.classList.add("with-sheet");
  }

  #shut() {
    this.dialog.close();
    this.slot.replaceChildren();
    document.body.classList.remove("with-sheet");
    if (this.#opener?.isConnected) this.#opener.focus({ preventScroll: true });
  }
}

export const sheetBody = (...kids) => h("div", { class: "sheet-body" }, ...kids);
export const sheetFoot = (...kids) => h("div", { class: "sheet-foot" }, ...kids);
export const closeSheet = () => patch(GONE);
