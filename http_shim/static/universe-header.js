// <universe-header>: name, source, version and the actions on the open universe.
import { emit, h, icon } from "./dom.js";
import { moment, since } from "./format.js";
import { menuButton } from "./menu.js";
import { address, patch, route, universePath } from "./router.js";
import { TEXT } from "./strings.js";
import { agentOf } from "./universe-list.js";

const opens = (panel) => () => patch({ panel }, { step: true });

export class UniverseHeader extends HTMLElement {
  #drawn = "";
  #shown = null;

  // Only what looks otherwise is drawn again; the actions stay, with an open menu and the focus.
  set universe(universe) {
    const key = JSON.stringify([universe, route.tab]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    if (!universe) {
      this.#shown = null;
      return this.replaceChildren(h("div", { class: "skeleton title" }));
    }
    const [title, , tabs] = this.children;
    if (this.#shown === universe.id) {
      title.replaceWith(this.#title(universe));
      tabs.replaceWith(this.#tabs(universe));
      return;
    }
    this.#shown = universe.id;
    this.replaceChildren(this.#title(universe), this.#actions(), this.#tabs(universe));
  }

  // In the place of a universe that could not be read.
  failed() {
    this.#drawn = "";
    this.#shown = null;
    this.replaceChildren(h("h1", {}, TEXT.app.failed));
  }

  #title(universe) {
    const agent = agentOf(universe);
    return h(
      "div",
      { class: "title" },
      h("h1", {}, universe.name),
      h(
        "p",
        { class: "meta" },
        this.#source(universe),
        agent ? h("span", { class: "tag agent" }, icon("spark"), TEXT.list.madeBy(agent)) : null,
        h("span", { class: "said" }, universe.description || TEXT.page.noDescription),
        h(
          "span",
          { class: "dim nowrap", title: moment(universe.updated_at) },
          `${TEXT.page.version(universe.version)} · ${TEXT.page.changed(since(universe.updated_at))}`,
        ),
      ),
    );
  }

  // Where the members come from, and for an index by whose word.
  #source({ source, index_code: code, index }) {
    if (source === "manual") return null;
    const said = index ? TEXT.page.indexFacts(index) : null;
    return h(
      "span",
      { class: "tag", title: said },
      code ? `${TEXT.sources.index} ${code}` : TEXT.sources[source],
    );
  }

  #actions() {
    const act = (name, glyph, label, run, primary) =>
      h(
        "button",
        { type: "button", "data-action": name, class: primary ? "primary" : null, onclick: run },
        icon(glyph),
        h("span", {}, label),
      );
    return h(
      "div",
      { class: "actions" },
      act("add", "plus", TEXT.page.add, opens("add"), true),
      act("validate", "shield", TEXT.page.validate, () => emit(this, "validate")),
      act("edit", "edit", TEXT.page.edit, opens("edit")),
      menuButton(TEXT.page.more, [
        [TEXT.page.import, "upload", opens("import")],
        [TEXT.page.export, "download", opens("export")],
        [TEXT.page.copyLink, "link", () => emit(this, "copy-link")],
        [TEXT.page.print, "list", () => print()],
        [TEXT.page.remove, "trash", () => emit(this, "delete")],
      ]),
    );
  }

  #tabs(universe) {
    const hasRule = typeof universe.follows === "boolean";
    const tabs = ["assets", "history", "review", ...(hasRule ? ["rule"] : [])];
    return h(
      "nav",
      { class: "tabs", "aria-label": universe.name },
      tabs.map((tab) =>
        h(
          "a",
          {
            href: address(universePath(universe.id, tab)),
            "aria-current": route.tab === tab ? "page" : null,
          },
          TEXT.page[tab],
        ),
      ),
    );
  }
}
customElements.define("universe-header", UniverseHeader);
