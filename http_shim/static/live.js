// One stream a tab tells what changes. Where it cannot be had, the page asks every few seconds, and
// tries the stream again ever more seldom.
// Events: "universe" {universe}, "deleted" {id}, "job" {job}, "ready", "state" (how we listen).
import { api } from "./api.js";

const POLL_MS = 4000;
const MOST_POLLS = 16;

class Live extends EventTarget {
  state = "connecting";
  jobs = new Map();
  #source = null;
  #timer = 0;
  #patience = 1;

  start() {
    this.#patience = 1;
    this.#open();
  }

  #open() {
    this.stop();
    const source = (this.#source = new EventSource("/api/v1/events"));
    source.addEventListener("ready", () => {
      this.#patience = 1;
      this.#become("live");
      this.#tell("ready");
    });
    source.addEventListener("universe", (event) =>
      this.#tell("universe", { universe: JSON.parse(event.data) }),
    );
    source.addEventListener("deleted", (event) => this.#tell("deleted", JSON.parse(event.data)));
    source.addEventListener("job", (event) => this.heardJob(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) this.#fallBack();
      else this.#become("connecting");
    });
  }

  #fallBack() {
    this.#poll(this.#patience);
    this.#patience = Math.min(this.#patience * 2, MOST_POLLS);
  }

  stop() {
    this.#source?.close();
    clearTimeout(this.#timer);
  }

  heardJob(job) {
    this.jobs.set(job.id, job);
    this.#tell("job", { job });
  }

  // A job somebody waits for is asked after while nothing tells of it.
  follow(jobId) {
    if (!this.jobs.has(jobId)) this.jobs.set(jobId, { id: jobId, status: "queued" });
  }

  // Asks so many times, then tries the stream.
  #poll(times) {
    const source = this.#source;
    if (this.state !== "offline") this.#become("polling");
    this.#timer = setTimeout(async () => {
      const answered = await this.#ask();
      if (source !== this.#source) return;
      this.#become(answered ? "polling" : "offline");
      if (times > 1) this.#poll(times - 1);
      else this.#open();
    }, POLL_MS);
  }

  async #ask() {
    try {
      for (const job of [...this.jobs.values()])
        if (!isOver(job)) this.heardJob((await api.job(job.id, { limit: 1 })).data);
      this.#tell("ready");
      return true;
    } catch {
      return false;
    }
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.#tell("state");
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

export const live = new Live();
export const isOver = (job) => ["succeeded", "partial", "failed", "cancelled"].includes(job.status);
