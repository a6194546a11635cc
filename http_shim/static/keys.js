// The keys of the page. They rest while somebody types or a modal dialog is open.
import { modal } from "./confirm.js";
import { h } from "./dom.js";
import { patch, route } from "./router.js";
import { TEXT } from "./strings.js";

const SHOWN = ["/", "f", "j", "k", "x", "Enter", "Alt ↑ ↓", "a", "e", "v", "i", "?", "Esc"];

export function showKeys() {
  const list = h(
    "dl",
    { class: "keys" },
    SHOWN.map((key) =>
      h(
        "div",
        {},
        h(
          "dt",
          {},
          key.split(" ").map((part) => h("kbd", {}, part)),
        ),
        h("dd", {}, TEXT.keys[key]),
      ),
    ),
  );
  const dialog = modal(
    TEXT.keys.title,
    [list],
    [h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, TEXT.app.close)],
  );
}

export function listenForKeys({ finder, assistant }) {
  const table = () => document.querySelector("universe-table");
  const panel = (name) => () => {
    if (route.page === "universe") patch({ panel: name }, { step: true });
  };
  const runs = {
    "/": () => finder.focus(),
    f: () => table()?.focusFilter(),
    j: () => table()?.focusRow(),
    k: () => table()?.focusRow(),
    a: panel("add"),
    e: panel("edit"),
    v: panel("validate"),
    i: assistant,
    "?": showKeys,
  };
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (
      event.target.closest("input:not([type=checkbox]), textarea, select, [role=menu]") ||
      document.querySelector("dialog:modal")
    )
      return;
    const run = runs[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  });
}
