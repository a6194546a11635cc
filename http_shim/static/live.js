// One stream a tab tells what changes. Where it cannot be had, the page asks every few seconds.
// Events: "universe" {universe}, "deleted" {id}, "job" {job}, "ready", "state" (how we listen).
import { api } from "./api.js";

const POLL_MS = 4000;

class Live extends EventTarget {
  state = "connecting";
  jobs = new Map();
  #source = null;
  #timer = 0;

  start() {
    this.stop();
    const source = (this.#source = new EventSource("/api/v1/events"));
    source.addEventListener("ready", () => {
      this.#become("live");
      this.#tell("ready");
    });
    source.addEventListener("universe", (event) =>
      this.#tell("universe", { universe: JSON.parse(event.data) }),
    );
    source.addEventListener("deleted", (event) => this.#tell("deleted", JSON.parse(event.data)));
    source.addEventListener("job", (event) => this.heardJob(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) this.#poll();
      else this.#become("connecting");
    });
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

  #poll() {
    this.#become("polling");
    this.#timer = setTimeout(async () => {
      try {
        for (const job of [...this.jobs.values()])
          if (!isOver(job)) this.heardJob((await api.job(job.id, { limit: 1 })).data);
        this.#tell("ready");
      } catch {
        this.#become("offline");
      }
      this.#poll();
    }, POLL_MS);
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
