// Checking many symbols: as many requests as it takes, at the pace the service allows, then the job
// that settles what nobody could say at once. Events: "change".
import { api, patiently } from "./api.js";
import { isOver, live } from "./live.js";

const BATCH = 500;
const PAGE = 200;

class Validating extends EventTarget {
  universeId = null;
  total = 0;
  results = new Map();
  jobs = new Map();
  waiting = 0;
  error = null;
  isRunning = false;
  #stop = null;

  constructor() {
    super();
    live.addEventListener("job", (event) => this.#heard(event.detail.job));
  }

  get isSettling() {
    return [...this.jobs.values()].some((job) => !isOver(job));
  }

  async begin(universeId, symbols) {
    this.#stop?.abort();
    const stop = (this.#stop = new AbortController());
    Object.assign(this, {
      universeId,
      total: symbols.length,
      results: new Map(),
      jobs: new Map(),
      waiting: 0,
      error: null,
      isRunning: true,
    });
    this.#tell();
    try {
      for (let from = 0; from < symbols.length && !stop.signal.aborted; from += BATCH) {
        await this.#check(symbols.slice(from, from + BATCH), stop.signal);
      }
    } catch (error) {
      if (error.name !== "AbortError" && !stop.signal.aborted) this.error = error;
    }
    if (this.#stop !== stop) return;
    this.isRunning = false;
    this.waiting = 0;
    this.#tell();
  }

  cancel() {
    this.#stop?.abort();
    this.isRunning = false;
    this.waiting = 0;
    for (const job of this.jobs.values()) if (!isOver(job)) api.actOnJob(job.id, "cancel").catch(() => {});
    this.#tell();
  }

  async #check(symbols, signal) {
    const waiting = (seconds) => {
      this.waiting = seconds;
      this.#tell();
    };
    const answer = await patiently(() => api.validate(symbols, signal), { waiting, signal });
    this.waiting = 0;
    for (const result of answer.data.results) this.results.set(result.input, result);
    if (answer.data.job_id) {
      this.jobs.set(answer.data.job_id, {
        id: answer.data.job_id,
        status: "queued",
        progress: { done: 0, total: 0 },
      });
      live.follow(answer.data.job_id);
    }
    this.#tell();
  }

  async #heard(job) {
    if (!this.jobs.has(job.id)) return;
    this.jobs.set(job.id, job);
    this.#tell();
    if (isOver(job)) await this.#collect(job.id);
  }

  async #collect(jobId) {
    let cursor = null;
    do {
      const answer = await api.job(jobId, { limit: PAGE, cursor });
      for (const result of answer.data.results) this.results.set(result.input, result);
      cursor = answer.metadata.next_cursor;
    } while (cursor);
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

export const validating = new Validating();
