// A question before something is taken away, and other small modal dialogs.
import { h } from "./dom.js";
import { TEXT } from "./strings.js";

// Resolves to true when the person says yes; `more` is shown under the text.
export function confirmed({ title, text, yes, more = [], look = "danger-fill" }) {
  return new Promise((resolve) => {
    const dialog = modal(
      title,
      [h("p", {}, text), ...more],
      [
        h("button", { type: "button", onclick: () => dialog.close() }, TEXT.app.cancel),
        h("button", { type: "button", class: look, onclick: () => dialog.close("yes") }, yes),
      ],
    );
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
  });
}

export function modal(title, content, buttons) {
  const dialog = h(
    "dialog",
    { class: "modal", "aria-labelledby": "modal-title" },
    h("h2", { id: "modal-title" }, title),
    ...content,
    h("div", { class: "modal-foot" }, buttons),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
