// <activity-strips>: what happens to the open universe right now: jobs with their progress, and
// changes that somebody else made.
import { api, isOwn } from "./api.js";
import { fill, h, icon } from "./dom.js";
import { whole } from "./format.js";
import { isOver, live } from "./live.js";
import { go, route, universePath } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";
import { failed } from "./toast.js";

const STAY_MS = 8000;

export class ActivityStrips extends HTMLElement {
  #id = null;
  #seen = 0;

  connectedCallback() {
    if (this.news) return;
    this.jobs = h("div", { class: "jobs" });
    this.news = h("div", { class: "news", role: "status" });
    this.append(this.news, this.jobs);
    live.addEventListener("job", (event) => this.#job(event.detail.job));
    store.addEventListener("universe", () => this.#changed());
  }

  #changed() {
    const universe = store.current;
    if (universe?.id !== this.#id) {
      this.#id = universe?.id ?? null;
      fill(this.news);
      fill(
        this.jobs,
        [...live.jobs.values()]
          .filter((job) => job.universe_id === this.#id && !isOver(job))
          .map((job) => this.#bar(job)),
      );
    } else if (universe && universe.version > this.#seen) {
      this.#tell(universe, this.#seen);
    }
    this.#seen = universe?.version ?? 0;
  }

  async #tell(universe, seen) {
    const { data } = await api.history(universe.id, { limit: 10 });
    const theirs = data.changes.filter(
      (change) => change.version > seen && !isOwn(universe.id, change.version),
    );
    if (!theirs.length || universe.id !== this.#id) return;
    const strip = h(
      "div",
      { class: "strip news-strip" },
      icon("spark"),
      h(
        "span",
        {},
        TEXT.news.line(theirs[0]),
        theirs.length > 1 ? ` ${TEXT.news.more(theirs.length - 1)}` : "",
      ),
      h("span", { class: "grow" }),
      h(
        "button",
        {
          type: "button",
          class: "small",
          onclick: () =>
            go(universePath(universe.id, "history"), { from: `v${seen}`, to: `v${universe.version}` }),
        },
        TEXT.news.show,
      ),
      h(
        "button",
        {
          type: "button",
          class: "square quiet tiny",
          "aria-label": TEXT.app.dismiss,
          onclick: () => strip.remove(),
        },
        icon("close"),
      ),
    );
    fill(this.news, strip);
  }

  #job(job) {
    if (!this.#id || job.universe_id !== this.#id || route.page !== "universe") return;
    const old = this.jobs.querySelector(`[data-job="${CSS.escape(job.id)}"]`);
    const bar = this.#bar(job);
    if (old) old.replaceWith(bar);
    else this.jobs.append(bar);
    if (isOver(job)) setTimeout(() => bar.remove(), STAY_MS);
  }

  #bar(job) {
    const { done, total } = job.progress;
    const counts = Object.entries(job.counts ?? {})
      .map(([verdict, count]) => `${whole(count)} ${(TEXT.states[verdict] ?? verdict).toLowerCase()}`)
      .join(", ");
    const over = isOver(job);
    return h(
      "div",
      { class: "strip", "data-job": job.id },
      icon("refresh"),
      h("span", { class: "nowrap" }, over ? TEXT.jobs.over[job.status] : TEXT.jobs.running(done, total)),
      h("progress", { max: total || 1, value: done, "aria-label": TEXT.jobs.progress }),
      h("span", { class: "dim" }, counts),
      over
        ? null
        : h(
            "button",
            { type: "button", class: "small", onclick: () => api.actOnJob(job.id, "cancel").catch(failed) },
            TEXT.app.cancel,
          ),
      ["failed", "partial", "cancelled"].includes(job.status)
        ? h(
            "button",
            { type: "button", class: "small", onclick: () => api.actOnJob(job.id, "retry").catch(failed) },
            TEXT.app.retry,
          )
        : null,
    );
  }
}
customElements.define("activity-strips", ActivityStrips);
