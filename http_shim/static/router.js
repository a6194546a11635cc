// Every state of the page is an address: `#/u/ID/history?q=apple&state=pending&panel=add`.
// `go` leaves a step in the browser's history; `patch` changes the parameters in place.
const target = new EventTarget();
export const route = { page: "home", id: null, tab: "assets", params: new URLSearchParams() };

function read() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [page, id, tab] = path.split("/").map(decodeURIComponent);
  route.page = page === "u" && id ? "universe" : page || "home";
  route.id = route.page === "universe" ? id : null;
  route.tab = tab || "assets";
  route.params = new URLSearchParams(query);
}

function told() {
  read();
  target.dispatchEvent(new Event("route"));
}

export function address(path, params = {}) {
  const given = Object.entries(params).filter(
    ([, value]) => value != null && value !== "" && value !== false,
  );
  const query = given.length ? "?" + new URLSearchParams(given) : "";
  return "#/" + path + query;
}

export const universePath = (id, tab) =>
  `u/${encodeURIComponent(id)}` + (tab && tab !== "assets" ? `/${tab}` : "");

export function go(path, params) {
  location.hash = address(path, params);
}

// Parameters that are null go away; `step` leaves a step that Back undoes.
export function patch(changes, { step = false } = {}) {
  const params = { ...Object.fromEntries(route.params), ...changes };
  const path = location.hash.replace(/^#\/?/, "").split("?")[0];
  const next = address(path, params);
  if (next === location.hash) return;
  if (step) history.pushState(null, "", next);
  else history.replaceState(null, "", next);
  told();
}

export const param = (name) => route.params.get(name);
export const onRoute = (listener) => target.addEventListener("route", listener);

addEventListener("hashchange", told);
addEventListener("popstate", told);
read();
