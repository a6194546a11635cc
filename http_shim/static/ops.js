// <ops-page>: how the service is: workers, queue, providers, catalogue, rates, and what was given up.
import { api } from "./api.js";
import { announce, h, icon } from "./dom.js";
import { moment, NONE, since, whole } from "./format.js";
import { onRoute, route } from "./router.js";
import { badge } from "./status.js";
import { TEXT } from "./strings.js";

const EVERY_MS = 5000;
const T = TEXT.ops;

export class OpsPage extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    if (!this.state) {
      for (const [name, value] of [["role", "group"], ["aria-label", T.title], ["tabindex", "0"]]) this.setAttribute(name, value);
      this.state = h("p", { class: "ops-state", role: "status" });
      this.concerns = h("ul", { class: "plain concerns" });
      this.trouble = h("div", { class: "notice bad", role: "alert", hidden: true });
      this.cards = h("div", { class: "ops" });
      this.append(h("div", { class: "ops-head" }, h("h1", {}, T.title), this.state), this.trouble, this.concerns, this.cards);
      onRoute(() => this.#follow());
      document.addEventListener("visibilitychange", () => this.#follow());
    }
    this.#follow();
  }

  disconnectedCallback() { clearTimeout(this.#timer); }

  // Nobody looks: nothing is asked.
  #follow() {
    clearTimeout(this.#timer);
    if (this.isConnected && route.page === "ops" && document.visibilityState === "visible") this.#read();
  }

  async #read() {
    clearTimeout(this.#timer);
    try {
      this.#show((await api.status()).data);
      this.trouble.hidden = true;
    } catch (error) {
      this.trouble.hidden = false;
      this.trouble.replaceChildren(h("span", {}, `${T.failed} ${error.message}`), h("button", { type: "button", onclick: () => this.#read() }, TEXT.app.retry));
    }
    if (this.isConnected) this.#timer = setTimeout(() => this.#follow(), EVERY_MS);
  }

  #show(status) {
    const held = this.contains(document.activeElement) ? document.activeElement.dataset.job : null;
    this.state.replaceChildren(
      status.concerns.length ? badge("stale", T.worse(status.concerns.length)) : badge("confirmed", T.healthy),
      h("span", { class: "dim" }, T.checked(moment(new Date().toISOString()))));
    this.concerns.replaceChildren(...status.concerns.map((text) => h("li", { class: "notice warn" }, text)));
    this.cards.replaceChildren(
      card(T.workers, workers(status.workers)), card(T.queue, queue(status.queue)), card(T.providers, providers(status.providers)),
      card(T.catalog, catalog(status.catalog)), card(T.rates, rates(status.rates)), card(T.jobs, this.#jobs(status.failed_jobs)));
    if (held) this.querySelector(`[data-job="${CSS.escape(held)}"]`)?.focus();
  }

  #jobs(jobs) {
    if (!jobs.length) return h("p", { class: "dim" }, T.noJobs);
    return h("ul", { class: "plain facts" }, jobs.map((job) => h("li", {},
      h("span", {}, h("b", {}, job.kind.replaceAll("_", " ")), h("small", { class: "dim" }, `${whole(job.progress.done)}/${whole(job.progress.total)} · ${since(job.created_at)}`)),
      h("button", { type: "button", class: "small", "data-job": job.id, onclick: () => this.#retry(job) }, icon("refresh"), T.retry))));
  }

  async #retry(job) {
    try {
      await api.actOnJob(job.id, "retry");
      announce(T.retried);
    } catch (error) {
      this.trouble.hidden = false;
      this.trouble.replaceChildren(error.message);
      return;
    }
    await this.#read();
  }
}

const card = (title, content) => h("section", { class: "ops-card", "aria-label": title }, h("h2", {}, title), content);

const facts = (pairs) => h("dl", { class: "facts" }, pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));

function workers(found) {
  if (!found.length) return h("p", { class: "dim" }, T.noWorkers);
  return h("ul", { class: "plain facts" }, found.map((worker) => h("li", {},
    h("span", {}, h("b", {}, worker.name), h("small", { class: "dim" }, `${worker.version} · ${T.beat(worker.heartbeat_age_seconds)}`)), T.busy(worker.running))));
}

function queue({ queued, due, running, dead, oldest_seconds: oldest }) {
  return facts([[T.queued, whole(queued)], [T.due, whole(due)], [T.running, whole(running)], [T.dead, whole(dead)], [T.oldest, due ? T.seconds(oldest) : NONE]]);
}

function providers(found) {
  if (!found.length) return h("p", { class: "dim" }, T.noProviders);
  return h("ul", { class: "plain facts" }, found.map((provider) => h("li", {},
    h("span", {}, h("b", {}, TEXT.verdict?.sources?.[provider.name] ?? provider.name), h("small", { class: "dim" }, provider.last_error ? T.lastError(provider.last_error, since(provider.last_error_at)) : T.noError)),
    badge(provider.breaker === "closed" ? "confirmed" : "stale", T.breakers[provider.breaker] ?? provider.breaker))));
}

function catalog({ assets, source, loaded_at: loaded }) {
  return facts([[T.assets, whole(assets)], [T.source, source ?? NONE], [T.loaded, h("span", { title: moment(loaded) }, since(loaded))]]);
}

function rates(found) {
  return h("ul", { class: "plain facts" }, found.map(({ name, remaining, limit, window_seconds: seconds }) => h("li", {},
    h("span", {}, h("b", {}, T.rateNames[name] ?? name), h("small", { class: "dim" }, `${T.left(remaining, limit)} ${T.per(seconds)}`)),
    h("span", { class: "meter", role: "img", "aria-label": T.left(remaining, limit) }, h("i", { class: remaining < limit / 5 ? "warn" : "ok", "--w": remaining / limit })))));
}
customElements.define("ops-page", OpsPage);
