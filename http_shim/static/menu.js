// A button with a menu: arrows move, Escape closes, and focus comes back to the button.
import { h, icon } from "./dom.js";

let made = 0;

export function menuButton(label, entries) {
  const id = `menu-${++made}`;
  const button = h(
    "button",
    {
      type: "button",
      class: "square",
      "aria-label": label,
      title: label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-controls": id,
      onclick: () => show(list.hidden),
    },
    icon("more"),
  );
  const list = h(
    "div",
    { id, role: "menu", "aria-label": label, class: "menu", hidden: true },
    entries.map(([text, glyph, run]) =>
      h(
        "button",
        {
          type: "button",
          role: "menuitem",
          tabindex: "-1",
          onclick: () => {
            show(false);
            run();
          },
        },
        icon(glyph),
        text,
      ),
    ),
  );
  const wrap = h(
    "div",
    {
      class: "menu-wrap",
      onkeydown: key,
      onfocusout: (event) => {
        if (!wrap.contains(event.relatedTarget)) show(false, false);
      },
    },
    button,
    list,
  );

  function show(on, focus = true) {
    if (list.hidden === !on) return;
    list.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    if (focus) (on ? list.firstElementChild : button).focus();
  }

  function key(event) {
    if (list.hidden) return;
    const items = [...list.children],
      at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to != null) items[(to + items.length) % items.length].focus();
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return wrap;
}
