// <assistant-panel>: what agents do to the open universe, what to ask one, and how to connect one.
// A host answers by handling "universe:chat" and calling preventDefault; `detail.reply(text)` shows.
import { api } from "./api.js";
import { copyText } from "./changes.js";
import { fill, h, icon } from "./dom.js";
import { moment, since } from "./format.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { universeTools } from "./universe-tools.js";

const SHOWN = 12;
const ENDPOINT = location.origin + "/mcp";
const SNIPPETS = {
  code: `claude mcp add --transport http universe ${ENDPOINT}`,
  desktop: JSON.stringify({ mcpServers: { universe: { command: "universe", args: ["mcp"] } } }, null, 2),
  http: JSON.stringify({ mcpServers: { universe: { type: "http", url: ENDPOINT } } }, null, 2),
};

export class AssistantPanel extends HTMLElement {
  #key = null;
  #shown = "code";

  connectedCallback() {
    if (this.feed) return;
    this.feed = h("ol", { class: "plain feed", "aria-label": TEXT.assistant.feed });
    this.prompts = h("div", { class: "prompts" });
    this.log = h("div", { class: "chat-log", role: "log", "aria-label": TEXT.assistant.log });
    this.connect = h("div", { class: "connect" });
    this.input = h("textarea", {
      rows: 2,
      placeholder: TEXT.assistant.ask,
      "aria-label": TEXT.assistant.ask,
      onkeydown: (event) => {
        if (event.key === "Enter" && !event.shiftKey) {
          event.preventDefault();
          this.#send();
        }
      },
    });
    this.append(
      h(
        "div",
        { class: "sheet-head" },
        h("h2", {}, TEXT.app.assistant),
        h(
          "button",
          {
            type: "button",
            class: "square quiet",
            "aria-label": TEXT.app.close,
            onclick: () => this.onclose?.(),
          },
          icon("close"),
        ),
      ),
      h(
        "div",
        { class: "sheet-body" },
        h("h3", {}, TEXT.assistant.feed),
        this.feed,
        h("h3", {}, TEXT.assistant.prompts),
        this.prompts,
        this.log,
        h("h3", {}, TEXT.assistant.connect),
        this.connect,
      ),
      h(
        "form",
        {
          class: "sheet-foot chat-form",
          onsubmit: (event) => {
            event.preventDefault();
            this.#send();
          },
        },
        this.input,
        h("button", { class: "primary" }, TEXT.assistant.send),
      ),
    );
    store.addEventListener("universe", () => this.update());
    this.#drawConnect();
    this.update();
  }

  update() {
    if (this.closest("[hidden]")) return;
    const universe = store.current,
      key = universe && `${universe.id}:${universe.version}`;
    this.#drawPrompts();
    if (!universe) return fill(this.feed, h("li", { class: "hint" }, TEXT.assistant.quiet));
    if (key === this.#key) return;
    this.#key = key;
    this.#load(universe);
  }

  async #load(universe) {
    const { data } = await api.history(universe.id, { limit: 100 }).catch(() => ({ data: { changes: [] } }));
    const agents = data.changes.filter((change) => change.client && change.client !== "http");
    fill(
      this.feed,
      agents
        .slice(0, SHOWN)
        .map((change) =>
          h(
            "li",
            {},
            icon("spark"),
            h(
              "div",
              {},
              h(
                "p",
                {},
                h("b", {}, change.client),
                " ",
                TEXT.history.did(change).toLowerCase(),
                " ",
                TEXT.history.amount(change),
              ),
              h(
                "p",
                { class: "dim", title: moment(change.recorded_at) },
                change.tool ? `${change.tool} · ` : "",
                since(change.recorded_at),
              ),
              change.sample.length ? h("p", { class: "sample" }, change.sample.join("  ")) : null,
            ),
          ),
        ),
      agents.length ? null : h("li", { class: "hint" }, TEXT.assistant.quiet),
    );
  }

  #drawPrompts() {
    const name = store.current?.name;
    const tools = [...new Set([...store.nextCalls.map((call) => call.tool), ...store.nextActions])];
    const texts = tools
      .map((tool) => TEXT.prompts[tool]?.(name))
      .filter(Boolean)
      .slice(0, 5);
    fill(
      this.prompts,
      texts.map((text) =>
        h("button", { type: "button", class: "prompt", onclick: () => this.#ask(text) }, text),
      ),
    );
  }

  #drawConnect() {
    fill(
      this.connect,
      h(
        "div",
        { class: "segments", role: "group", "aria-label": TEXT.assistant.connect },
        Object.keys(SNIPPETS).map((name) =>
          h(
            "button",
            {
              type: "button",
              "aria-pressed": String(name === this.#shown),
              onclick: () => {
                this.#shown = name;
                this.#drawConnect();
              },
            },
            TEXT.assistant.clients[name],
          ),
        ),
      ),
      h("p", { class: "hint" }, TEXT.assistant.where[this.#shown]),
      h("pre", { tabindex: 0, "aria-label": TEXT.assistant.clients[this.#shown] }, SNIPPETS[this.#shown]),
      h(
        "button",
        { type: "button", class: "small", onclick: () => copyText(SNIPPETS[this.#shown]) },
        icon("copy"),
        TEXT.assistant.copy,
      ),
    );
  }

  #send() {
    const text = this.input.value.trim();
    this.input.value = "";
    if (text) this.#ask(text);
  }

  #ask(text) {
    const say = (words, who) => {
      this.log.append(h("p", { class: who }, words));
      this.log.lastElementChild.scrollIntoView({ block: "nearest" });
    };
    say(text, "me");
    const selected = document.querySelector("universe-table")?.selectedRows.map((row) => row.symbol) ?? [];
    const detail = {
      text,
      universe: store.current,
      selected,
      tools: universeTools,
      reply: (words) => say(String(words), "them"),
    };
    const isUnanswered = document.dispatchEvent(
      new CustomEvent("universe:chat", { detail, cancelable: true }),
    );
    if (!isUnanswered) return;
    say(TEXT.assistant.nobody, "note");
    this.log.append(
      h(
        "button",
        { type: "button", class: "small", onclick: () => copyText(text) },
        icon("copy"),
        TEXT.assistant.copyPrompt,
      ),
    );
  }
}
customElements.define("assistant-panel", AssistantPanel);
