// <rule-view>: the rule of a universe that follows one: change it with a preview, and refresh.
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { since } from "./format.js";
import "./screen-editor.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { failed, toast } from "./toast.js";

export class RuleView extends HTMLElement {
  #key = null;

  // Follows the open universe; what is being edited stays until it is saved or another is opened.
  update() {
    const universe = store.current;
    const key = universe && JSON.stringify([universe.id, universe.screen, universe.follows]);
    if (!universe || key === this.#key) return;
    this.#key = key;
    this.editor = universe.screen ? h("screen-editor") : null;
    if (this.editor) this.editor.screen = universe.screen;
    this.status = h("p", { class: "hint", role: "status" });
    const act = (text, run, look) => h("button", { type: "button", class: look, onclick: run }, text);
    const isPaused = universe.follows === false;
    const buttons = [
      isPaused
        ? act(TEXT.rule.resume, () => this.#follow(universe, true))
        : act(TEXT.rule.stop, () => this.#follow(universe, false), "quiet"),
      !isPaused && act(TEXT.rule.dry, () => this.#refresh(universe, true)),
      !isPaused && act(TEXT.rule.refresh, () => this.#refresh(universe, false)),
      this.editor && act(TEXT.editor.save, () => this.#save(universe), "primary"),
    ];
    const { refresh, derived, index_code: code } = universe;
    fill(
      this,
      h(
        "div",
        { class: "card rule-card" },
        h("div", { class: "rule-head" }, h("h2", {}, TEXT.rule.title), h("div", { class: "row" }, buttons)),
        derived || code
          ? h("p", {}, derived ? TEXT.rule.sets(derived.operation, derived.universe_ids.length) : TEXT.rule.index(code))
          : h("p", { class: "hint" }, TEXT.rule.text),
        isPaused ? h("p", { class: "notice warn" }, TEXT.rule.paused, this.editor ? TEXT.rule.another : "") : null,
        refresh ? h("p", { class: "hint" }, TEXT.rule.last(refresh, since(refresh.at))) : null,
        this.status,
        this.editor,
      ),
    );
  }

  async #save(universe) {
    if (!this.editor.screen) return;
    try {
      const answer = await api.update(universe.id, { screen: this.editor.screen }, store.current.version);
      toast(answer.message);
      store.refresh();
    } catch (error) {
      failed(error);
    }
  }

  // It may be taken up again at any time, so nobody is asked first.
  async #follow(universe, on) {
    try {
      const answer = await api.update(universe.id, { follow: on }, store.current.version);
      const undo = () => this.#follow(universe, !on);
      toast(answer.message, { action: TEXT.changes.undo, run: undo });
    } catch (error) {
      failed(error);
    }
    store.refresh();
  }

  async #refresh(universe, isTrial) {
    this.status.textContent = TEXT.app.working;
    try {
      this.status.textContent = (await api.refreshRule(universe.id, isTrial)).message;
      if (!isTrial) store.refresh();
    } catch (error) {
      this.status.textContent = error.message;
    }
  }
}
customElements.define("rule-view", RuleView);
