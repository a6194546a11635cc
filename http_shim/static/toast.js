// Short messages at the foot of the page, with one thing to do about them: mostly, to undo.
import { h, icon } from "./dom.js";
import { TEXT } from "./strings.js";

const STAY_MS = 9000;
const MOST = 3;
const stack = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
export const toasts = stack;

export function toast(text, { tone = "ok", action, run } = {}) {
  const item = h("div", { class: "toast " + tone }, h("span", {}, text));
  const away = () => item.remove();
  if (action) {
    item.append(
      h(
        "button",
        {
          type: "button",
          class: "link",
          onclick: () => {
            away();
            run();
          },
        },
        action,
      ),
    );
  }
  item.append(
    h(
      "button",
      { type: "button", class: "square quiet", "aria-label": TEXT.app.dismiss, onclick: away },
      icon("close"),
    ),
  );
  stack.append(item);
  while (stack.children.length > MOST) stack.firstElementChild.remove();
  let timer = setTimeout(away, STAY_MS);
  item.addEventListener("pointerenter", () => clearTimeout(timer));
  item.addEventListener("focusin", () => clearTimeout(timer));
  item.addEventListener("pointerleave", () => {
    timer = setTimeout(away, STAY_MS);
  });
  return away;
}

export const failed = (error) => toast(error.message, { tone: "bad" });
