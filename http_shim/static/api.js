// The one place that speaks HTTP: the envelope, problem details, ETags and idempotency keys.
const ROOT = "/api/v1";
const SLOW = 10000;

// What the service refused, or that it could not be reached; `message` is fit to be shown.
export class Problem extends Error {
  constructor(message, { status = 0, body = null, retryAfter = 0 } = {}) {
    super(message);
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
    this.code = body?.metadata?.error?.code ?? (status ? "http" : "unreachable");
    this.details = body?.metadata?.error?.details ?? {};
  }
  get isConflict() {
    return this.code === "version_conflict";
  }
}

const UNREACHABLE = "The service cannot be reached. Nothing was changed; try again in a moment.";

async function request(method, path, { body, query, signal, etag, key } = {}) {
  const headers = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  if (key) headers["Idempotency-Key"] = key;
  const given = Object.entries(query ?? {}).filter(([, value]) => value != null && value !== "");
  const search = given.length ? "?" + new URLSearchParams(given) : "";
  try {
    return await fetch(ROOT + path + search, { method, headers, signal, body: body && JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(UNREACHABLE);
  }
}

async function refuse(response) {
  const body = await response.json().catch(() => null);
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  if (response.status === 401) dispatchEvent(new CustomEvent("session:needed"));
  throw new Problem(body?.message ?? UNREACHABLE, { status: response.status, body, retryAfter });
}

// The envelope of an answer.
export async function call(method, path, options) {
  const response = await request(method, path, options);
  if (!response.ok) await refuse(response);
  const answer = await response.json();
  if (method !== "GET") remember(path, answer);
  return answer;
}

// The versions this page made, so that it does not tell them as somebody else's.
const made = new Set();
export const isOwn = (id, version) => made.has(`${id}:${version}`);

function remember(path, { data, metadata }) {
  const id = /^\/universes\/([0-9a-f-]{36})/.exec(path)?.[1] ?? data?.id;
  if (metadata?.version) made.add(`${id}:${metadata.version}`);
}

// A file and the name it is to be saved under.
export async function download(path, query) {
  const response = await request("GET", path, { query });
  if (!response.ok) await refuse(response);
  const named = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "");
  return { blob: await response.blob(), filename: named?.[1] ?? "universe.txt", headers: response.headers };
}

// Waits out "too many requests" as long as the service says; `waiting` is told how many seconds.
export async function patiently(ask, { waiting, signal } = {}) {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error.status !== 429 || signal?.aborted) throw error;
      const seconds = Math.max(1, error.retryAfter);
      waiting?.(seconds);
      await new Promise((resolve) => setTimeout(resolve, Math.min(seconds * 1000, 6 * SLOW)));
      if (signal?.aborted) throw error;
    }
  }
}

const key = () => crypto.randomUUID();
const universe = (id) => "/universes/" + encodeURIComponent(id);
const etagOf = (version) => (version ? `"${version}"` : null);

export const api = {
  universes: (query = {}) => call("GET", "/universes", { query: { limit: 200, ...query } }),
  universe: (id, query, signal) => call("GET", universe(id), { query, signal }),
  create: (body) => call("POST", "/universes", { body, key: key() }),
  update: (id, body, version) => call("PUT", universe(id), { body, etag: etagOf(version) }),
  remove: (id, name) => call("DELETE", universe(id), { query: { confirm_name: name } }),
  restore: (id) => call("POST", universe(id) + "/restore", { body: {} }),
  history: (id, query) => call("GET", universe(id) + "/history", { query }),
  revert: (id, version, expected) =>
    call("POST", universe(id) + "/revert", { body: { to_version: version, expected_version: expected } }),
  turnover: (id, query) => call("GET", universe(id) + "/turnover", { query }),
  chart: (id, kind) => call("GET", `${universe(id)}/charts/${kind}`),
  addAssets: (id, body) =>
    call("POST", universe(id) + "/assets", { body: { action: "add", ...body }, key: key() }),
  removeAssets: (id, body) =>
    call("POST", universe(id) + "/assets", { body: { action: "remove", ...body }, key: key() }),
  previewAssets: (id, symbols, signal) =>
    call("POST", universe(id) + "/assets", { body: { action: "add", symbols, dry_run: true }, signal }),
  previewScreen: (body, signal) => call("POST", "/screens/preview", { body, signal }),
  refreshRule: (id, isTrial) => call("POST", universe(id) + "/refresh", { body: { dry_run: isTrial } }),
  review: (id, signal) => call("GET", universe(id) + "/review", { signal }),
  compare: (left, right) => call("POST", "/universes/compare", { body: { left, right } }),
  importFile: (body) => call("POST", "/universes/import", { body, key: body.dry_run ? null : key() }),
  exportFile: (id, query) => download(universe(id) + "/export", query),
  search: (query, signal) => call("GET", "/assets/search", { query, signal }),
  asset: (symbol, signal) => call("GET", "/assets/" + encodeURIComponent(symbol), { signal }),
  validate: (symbols, signal) => call("POST", "/assets/validate", { body: { symbols }, signal }),
  job: (id, query) => call("GET", "/jobs/" + encodeURIComponent(id), { query }),
  status: () => call("GET", "/status"),
  actOnJob: (id, action) => call("POST", "/jobs/" + encodeURIComponent(id), { body: { action } }),
};
