// <review-view>: what is wrong with a universe, worst first, what it costs, and a button that mends it.
import { api } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { isOver, live } from "./live.js";
import { mendOf } from "./review-mends.js";
import "./review-mix.js";
import { address, patch, route, universePath } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { failed, toast } from "./toast.js";
import { validating } from "./validating.js";

const SMALL = matchMedia("(max-width: 760px)");
const shownAtFirst = () => (SMALL.matches ? 4 : 8);
const STORED_MS = 1500; // what a provider said is stored a moment after its answer
const WHOLE = ["delisted", "renamed", "unresolved"];
const LIST = ["held_back", "concentration", "coverage", "survivorship"];
const NOTES = ["concentration", "coverage", "survivorship"];
const GLYPHS = { bad: "✕", warn: "!", info: "i" };
const toneOf = (kind) => (WHOLE.includes(kind) ? "bad" : NOTES.includes(kind) ? "info" : "warn");
const gradeOf = (score) => (score >= 90 ? "ok" : score >= 60 ? "warn" : "bad");

export class ReviewView extends HTMLElement {
  #id = null;
  #key = null;
  #gone = new AbortController();
  #asking = null;
  #wasAsking = false;
  #open = new Set();
  #review = null;
  #version = 0;
  #isMending = false;

  connectedCallback() {
    if (this.head) return;
    this.status = h("p", { class: "vh", role: "status" });
    this.head = h("section", { class: "card review-head", "aria-label": TEXT.page.review });
    this.list = h("ol", { class: "plain timeline findings", "aria-label": TEXT.review.findings });
    this.mix = h("review-mix", { class: "card" });
    this.body = h("div", { class: "review-body" }, this.list, this.mix);
    this.append(this.status, this.head, this.body);
    const { signal } = this.#gone;
    store.addEventListener("rows", () => this.#name(), { signal });
    validating.addEventListener("change", () => this.#asked(), { signal });
    live.addEventListener(
      "job",
      ({ detail: { job } }) => {
        if (job.universe_id === store.current?.id && isOver(job)) this.#later();
      },
      { signal },
    );
    fill(this.head, h("div", { class: "skeleton title" }));
    this.body.hidden = true;
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#asking?.abort();
  }

  // Follows the open universe: what it changes to is reviewed again.
  update() {
    const universe = store.current;
    const key = universe && [universe.id, universe.version, universe.pending_count].join(" ");
    if (!universe || key === this.#key) return;
    if (universe.id !== this.#id) this.#open.clear();
    this.#id = universe.id;
    this.#key = key;
    this.#load();
  }

  #asked() {
    const isAsking = validating.isRunning || validating.isSettling;
    if (this.#wasAsking && !isAsking) setTimeout(() => this.#later(), STORED_MS);
    this.#wasAsking = isAsking;
  }

  // What was found may be otherwise now; where nobody looks, it is read when somebody does.
  #later() {
    this.#key = null;
    if (this.isConnected && route.tab === "review") this.update();
  }

  async #load() {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await api.review(store.current.id, asking.signal);
      this.#review = answer.data;
      this.#version = answer.metadata.version;
      this.#draw();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#refuse(error);
    }
    this.setAttribute("aria-busy", "false");
  }

  #refuse(error) {
    this.body.hidden = true;
    fill(
      this.head,
      h(
        "div",
        { class: "notice bad", role: "alert" },
        h("span", {}, error.message),
        h("button", { type: "button", onclick: () => this.#load() }, TEXT.app.retry),
      ),
    );
  }

  #draw() {
    const held = this.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const { score, findings, mix } = this.#review;
    this.status.textContent = score == null ? TEXT.review.empty : TEXT.review.score(score, findings.length);
    fill(this.head, score == null ? this.#nothing() : this.#score());
    const seen = new Set();
    fill(
      this.list,
      findings.map((finding, at) => {
        const isFirst = !seen.has(finding.kind);
        seen.add(finding.kind);
        return this.#finding(finding, { key: `${finding.kind}${isFirst ? "" : at}`, isFirst });
      }),
    );
    this.list.hidden = !findings.length;
    this.body.hidden = score == null;
    this.body.classList.toggle("sound", !findings.length);
    this.mix.mix = mix;
    if (held) (this.querySelector(`[data-key="${CSS.escape(held)}"]`) ?? this.heading).focus();
  }

  #nothing() {
    return h(
      "div",
      { class: "empty" },
      (this.heading = h("h2", { tabindex: -1, "data-key": "head" }, TEXT.review.empty)),
      h("p", {}, TEXT.review.emptyText),
      h(
        "button",
        { type: "button", class: "primary", onclick: () => patch({ panel: "add" }, { step: true }) },
        icon("plus"),
        TEXT.page.add,
      ),
    );
  }

  #score() {
    const { score, formula, findings } = this.#review;
    const { none, noneText, some, someText } = TEXT.review;
    this.heading = h("h2", { tabindex: -1, "data-key": "head" }, findings.length ? some(findings.length) : none);
    return [
      h(
        "div",
        {
          class: "dial " + gradeOf(score),
          role: "img",
          "--w": score / 100,
          "aria-label": TEXT.review.score(score, findings.length),
        },
        h("b", {}, score),
        h("small", {}, TEXT.review.of),
      ),
      h(
        "div",
        { class: "review-words" },
        this.heading,
        h("p", { class: "dim" }, findings.length ? someText : noneText),
        h("details", {}, h("summary", {}, TEXT.review.how), h("p", { class: "dim" }, formula)),
      ),
      h(
        "button",
        { type: "button", "data-key": "again", onclick: () => this.#load() },
        icon("refresh"),
        TEXT.review.again,
      ),
    ];
  }

  #finding(finding, { key, isFirst }) {
    const { kind, count, advice } = finding;
    const name = TEXT.review.kinds[kind] ?? kind.replaceAll("_", " ");
    const cost = WHOLE.includes(kind) ? "whole" : !LIST.includes(kind) ? "half" : isFirst ? "points" : "before";
    const tone = toneOf(kind);
    return h(
      "li",
      { class: "finding", "data-kind": kind },
      h(
        "div",
        { class: "finding-body" },
        h(
          "div",
          { class: "finding-head" },
          h("h3", { class: "badge " + tone }, h("span", { "aria-hidden": "true" }, GLYPHS[tone]), name),
          h("span", { class: "nowrap" }, count ? TEXT.review.assets(count) : TEXT.review.whole),
          h("span", { class: "dim nowrap" }, TEXT.review.costs[cost]),
        ),
        h("p", {}, advice),
        finding.symbols.length ? this.#symbols(finding, { key, name }) : null,
      ),
      h("div", { class: "finding-acts" }, this.#acts(finding, { key, name })),
    );
  }

  #symbols({ symbols, count, call }, { key, name }) {
    const swaps = call?.arguments.replace ?? {};
    const first = shownAtFirst();
    const shown = this.#open.has(key) ? symbols : symbols.slice(0, first);
    const more = () => {
      this.#open.add(key);
      this.#draw();
      this.querySelector(`[data-key="${CSS.escape(`${key} ${symbols[first]}`)}"]`)?.focus();
    };
    const rest = count - shown.length;
    return h(
      "ul",
      { class: "plain symbols", "aria-label": TEXT.review.symbols(name) },
      shown.map((symbol) => h("li", {}, this.#link(symbol, { key, now: swaps[symbol] }))),
      shown.length < symbols.length
        ? h("li", {}, h("button", { type: "button", class: "link", onclick: more }, TEXT.review.showAll(rest)))
        : rest
          ? h("li", { class: "dim" }, TEXT.history.andMore(rest))
          : null,
    );
  }

  #link(symbol, { key, now }) {
    const path = universePath(store.current.id, route.tab);
    return h(
      "a",
      {
        href: address(path, { ...Object.fromEntries(route.params), panel: "asset", asset: symbol }),
        "data-key": `${key} ${symbol}`,
      },
      h("b", {}, symbol),
      now ? h("span", {}, h("span", { class: "vh" }, ` ${TEXT.review.becomes} `), h("b", {}, "→ " + now)) : null,
      h("span", { class: "name dim", "data-symbol": symbol }, nameOf(symbol)),
    );
  }

  // Names come with the rows, which may come later than the review.
  #name() {
    for (const name of this.list.querySelectorAll("[data-symbol]"))
      name.textContent = nameOf(name.dataset.symbol) ?? "";
  }

  #acts(finding, { key, name }) {
    const mend = mendOf(finding);
    const byRule = ["held_back", "duplicate_listing", "duplicate_share_class"].includes(finding.kind);
    const canRule = byRule && store.current.source === "screen" && (!mend || finding.kind === "held_back");
    return [
      mend
        ? h(
            "button",
            {
              type: "button",
              "data-key": key,
              "aria-label": `${mend.label} ${name}`,
              onclick: () => this.#mend(mend, finding),
            },
            icon(mend.glyph),
            mend.label,
          )
        : null,
      canRule
        ? h(
            "a",
            { class: "button quiet", href: address(universePath(store.current.id, "rule")) },
            TEXT.review.changeRule,
          )
        : null,
    ];
  }

  async #mend(mend, finding) {
    if (this.#isMending) return;
    this.#isMending = true;
    try {
      if (await mend.run(store.current, finding, this.#version)) await this.#load();
    } catch (error) {
      if (error.isConflict) {
        toast(TEXT.review.stale, { tone: "warn" });
        await store.refresh();
        await this.#load();
      } else failed(error);
    }
    this.#isMending = false;
  }
}

const nameOf = (symbol) => store.rows.find((row) => row.symbol === symbol)?.name;
customElements.define("review-view", ReviewView);
