// <universe-list>: every universe with its source, quality and who made it; finds and makes them.
import { h, icon } from "./dom.js";
import { percent, whole } from "./format.js";
import { live } from "./live.js";
import { address, go, patch, route, universePath, onRoute } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";

const SHOWN = 100;

// Who made it, as far as the record of its first version says; none for people at this page.
export const agentOf = (universe) => {
  const client = universe.made_with;
  return client && client !== "http" ? client : null;
};

// The parts of a universe that are settled, doubtful and waiting, as shares of the whole.
export function qualityOf({ asset_count: members, doubtful_count: doubtful = 0, pending_count: pending }) {
  const all = members + pending;
  if (!all) return null;
  return { good: (members - doubtful) / all, doubtful: doubtful / all, pending: pending / all };
}

export class UniverseList extends HTMLElement {
  #words = "";

  connectedCallback() {
    if (this.items) return;
    this.items = h("ul", { class: "plain universes" });
    this.note = h("p", { class: "rail-note", role: "status" });
    this.find = h("input", {
      type: "search",
      placeholder: TEXT.list.find,
      "aria-label": TEXT.list.find,
      autocomplete: "off",
      oninput: () => {
        this.#words = this.find.value.trim().toLowerCase();
        this.#draw();
      },
    });
    const head = h(
      "div",
      { class: "rail-head" },
      h("h2", {}, TEXT.list.title),
      h(
        "button",
        { type: "button", class: "small", onclick: () => this.#create(), "aria-label": TEXT.list.createLong },
        icon("plus"),
        TEXT.list.create,
      ),
    );
    this.append(head, h("div", { class: "field" }, icon("search"), this.find), this.items, this.note);
    store.addEventListener("list", () => this.#draw());
    onRoute(() => this.#draw());
    this.#draw();
  }

  #create() {
    patch({ panel: "new" }, { step: true });
  }

  #draw() {
    const found = store.universes.filter((universe) => this.#fits(universe));
    this.items.replaceChildren(...found.slice(0, SHOWN).map((universe) => this.#item(universe)));
    this.find.parentElement.hidden = store.universes.length < 2;
    const rest = found.length - SHOWN;
    this.note.textContent =
      rest > 0 ? TEXT.list.more(rest) : !found.length && this.#words ? TEXT.list.none(this.#words) : "";
  }

  #fits({ name, description }) {
    return !this.#words || (name + " " + description).toLowerCase().includes(this.#words);
  }

  #item(universe) {
    const isOpen = route.id === universe.id;
    const agent = agentOf(universe);
    return h(
      "li",
      {},
      h(
        "a",
        { href: address(universePath(universe.id)), "aria-current": isOpen ? "page" : null },
        h("span", { class: "name" }, universe.name),
        h("span", { class: "count" }, whole(universe.asset_count)),
        h(
          "span",
          { class: "tags" },
          universe.source === "manual" ? null : h("span", { class: "tag" }, TEXT.sources[universe.source]),
          agent
            ? h(
                "span",
                { class: "tag agent", title: TEXT.list.madeBy(agent) },
                icon("spark"),
                TEXT.list.agent,
              )
            : null,
          this.#waiting(universe),
        ),
        this.#quality(universe),
      ),
    );
  }

  #waiting({ pending_count: pending }) {
    return pending ? h("span", { class: "tag info" }, TEXT.list.pending(pending)) : null;
  }

  #quality(universe) {
    const quality = qualityOf(universe);
    if (!quality) return h("span", { class: "meter none", "aria-hidden": "true" });
    const said = TEXT.list.quality(percent(quality.good, 0));
    return h(
      "span",
      { class: "meter", role: "img", "aria-label": said, title: said },
      h("i", { class: "ok", "--w": quality.good }),
      h("i", { class: "warn", "--w": quality.doubtful }),
      h("i", { class: "info", "--w": quality.pending }),
    );
  }
}
customElements.define("universe-list", UniverseList);

export const openFirst = () => store.universes[0] && go(universePath(store.universes[0].id));
