// What a card says to the host that shows it: JSON-RPC over postMessage, as MCP Apps define it.
const VERSION = "2026-01-26";
const SETTLE_MS = 80;
const waiting = new Map();
const heard = new Map();
let last = 0;

const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
const notify = (method, params = {}) => post({ method, params });

export function request(method, params = {}) {
  const id = ++last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    post({ id, method, params });
  });
}

addEventListener("message", ({ source, data }) => {
  if (source !== parent || data?.jsonrpc !== "2.0") return;
  if (data.method) {
    heard.get(data.method)?.(data.params ?? {});
    if (data.id != null) post({ id: data.id, result: {} });
    return;
  }
  const asked = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.error) asked?.reject(new Error(data.error.message));
  else asked?.resolve(data.result);
});

function wear({ theme, styles }) {
  const { style } = document.documentElement;
  if (theme) style.colorScheme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {})) if (value) style.setProperty(name, value);
}

function tellSize() {
  let told = 0, timer = 0;
  new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
      if (height === told) return;
      told = height;
      notify("ui/notifications/size-changed", { height });
    }, SETTLE_MS);
  }).observe(document.body);
}

// Answers what the host can do; `on` has asked(arguments), answered(result) and cancelled().
export async function meetHost(name, on) {
  heard.set("ui/notifications/tool-input", ({ arguments: given }) => on.asked(given ?? {}));
  heard.set("ui/notifications/tool-result", on.answered);
  heard.set("ui/notifications/tool-cancelled", on.cancelled);
  heard.set("ui/notifications/host-context-changed", wear);
  const host = await request("ui/initialize", { protocolVersion: VERSION, appInfo: { name, version: "1" }, appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] } });
  wear(host.hostContext ?? {});
  notify("ui/notifications/initialized");
  tellSize();
  return host.hostCapabilities ?? {};
}
