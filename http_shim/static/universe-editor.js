// <universe-editor>: name, description and first or further assets. [new] makes a universe.
// Somebody else's change meanwhile is explained, and nothing of either side is lost unseen.
import { api } from "./api.js";
import { addSymbols } from "./changes.js";
import { fill, h } from "./dom.js";
import { FirstMembers } from "./first-members.js";
import { address, go, universePath } from "./router.js";
import { closeSheet, sheetBody, sheetFoot } from "./sheet.js";
import { StagedAssets } from "./staged-assets.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { toast } from "./toast.js";

export class UniverseEditor extends HTMLElement {
  connectedCallback() {
    this.isNew = this.hasAttribute("new");
    this.base = this.isNew ? null : store.current;
    this.problem = h("div", { class: "notice bad stacked", role: "alert", hidden: true });
    this.name = h("input", {
      required: true,
      maxlength: 120,
      autocomplete: "off",
      "data-first": true,
      value: this.base?.name ?? "",
    });
    this.about = h("textarea", { rows: 3, maxlength: 2000, value: this.base?.description ?? "" });
    this.members = this.isNew ? new FirstMembers() : new StagedAssets();
    this.save = h("button", { class: "primary" }, this.isNew ? TEXT.editor.create : TEXT.editor.save);
    this.append(
      h(
        "form",
        {
          class: "sheet-form",
          onsubmit: (event) => {
            event.preventDefault();
            this.#save();
          },
        },
        sheetBody(
          this.problem,
          h("label", {}, TEXT.editor.name, this.name),
          h("label", {}, TEXT.editor.about, this.about),
          this.members.element,
        ),
        sheetFoot(h("button", { type: "button", onclick: closeSheet }, TEXT.app.cancel), this.save),
      ),
    );
  }

  async #save(version = this.base?.version) {
    this.save.disabled = true;
    this.problem.hidden = true;
    try {
      await (this.isNew ? this.#create() : this.#update(version));
    } catch (error) {
      if (error.isConflict) await this.#explain();
      else this.#refuse(error);
    }
    this.save.disabled = false;
  }

  async #create() {
    const answer = await api.create({
      name: this.name.value.trim(),
      description: this.about.value.trim(),
      ...this.members.value,
    });
    const { bulk } = answer.data;
    toast(answer.message, { tone: bulk?.rejected ? "warn" : "ok" });
    await store.loadList();
    go(universePath(answer.data.id), bulk?.pending ? { state: "pending" } : {});
  }

  // What this editor changes, seen from where it began.
  #changes() {
    const given = { name: this.name.value.trim(), description: this.about.value.trim() };
    return Object.fromEntries(Object.entries(given).filter(([key, value]) => value !== this.base[key]));
  }

  async #update(version) {
    const changes = this.#changes();
    if (Object.keys(changes).length) {
      this.base = (await api.update(this.base.id, changes, version)).data;
      toast(TEXT.editor.saved);
    }
    const { symbols } = this.members;
    if (symbols.length) await addSymbols(this.base, symbols);
    else store.refresh();
    closeSheet();
  }

  // What was changed meanwhile and by whom, and the two ways on from there.
  async #explain() {
    const [now, history] = await Promise.all([
      api.universe(this.base.id, { limit: 1 }),
      api.history(this.base.id, { limit: 20 }),
    ]);
    const theirs = history.data.changes.filter((change) => change.version > this.base.version);
    const { assets: _assets, pending: _pending, ...latest } = now.data;
    this.problem.hidden = false;
    fill(
      this.problem,
      h("strong", {}, TEXT.conflict.title(this.base.version, latest.version)),
      h(
        "ul",
        {},
        theirs.slice(0, 5).map((change) => h("li", {}, TEXT.history.line(change))),
      ),
      latest.name !== this.base.name ? h("p", {}, TEXT.conflict.theirName(latest.name)) : null,
      latest.description !== this.base.description
        ? h("p", {}, TEXT.conflict.theirText(latest.description))
        : null,
      h("p", {}, TEXT.conflict.choose),
      h(
        "div",
        { class: "row" },
        h(
          "button",
          {
            type: "button",
            onclick: () => this.#save(latest.version),
          },
          TEXT.conflict.mine,
        ),
        h("button", { type: "button", onclick: () => this.#takeTheirs(latest) }, TEXT.conflict.theirs),
      ),
    );
    this.problem.querySelector("button").focus();
  }

  #takeTheirs(latest) {
    this.base = latest;
    this.name.value = latest.name;
    this.about.value = latest.description;
    this.problem.hidden = true;
    this.name.focus();
  }

  #refuse(error) {
    this.problem.hidden = false;
    const taken = error.code === "conflict" && error.details.universe_id;
    this.problem.replaceChildren(
      h("span", {}, taken ? TEXT.editor.taken : error.message),
      taken ? h("a", { href: address(universePath(taken)) }, TEXT.editor.openTaken) : "",
    );
    if (error.body?.metadata?.error?.field === "name") this.name.focus();
  }
}
customElements.define("universe-editor", UniverseEditor);
