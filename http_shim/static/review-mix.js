// <review-mix>: what a universe is made of, one side at a time. Give it .mix as a review has it.
import { fill, h } from "./dom.js";
import { percent, whole } from "./format.js";
import { address, universePath } from "./router.js";
import { store } from "./store.js";
import { TEXT } from "./strings.js";

const SHOWN = 10;
const SIDES = ["sector", "country", "currency", "asset_class"];
const FILTERS = ["sector", "country", "currency"];

export class ReviewMix extends HTMLElement {
  #mix = null;
  #side = "sector";

  set mix(mix) {
    this.#mix = mix;
    this.hidden = !mix;
    if (mix) this.#draw();
  }

  #draw() {
    const parts = this.#mix[this.#side];
    const top = Math.max(...parts.map(({ share }) => share));
    const others = parts.slice(SHOWN);
    const held = this.contains(document.activeElement) && document.activeElement.dataset.side;
    fill(
      this,
      h("h2", {}, TEXT.review.mix),
      h(
        "div",
        { class: "segments mini", role: "group", "aria-label": TEXT.mix.by },
        SIDES.map((side) => this.#choice(side)),
      ),
      h(
        "ul",
        { class: "plain bars", "aria-label": TEXT.review.sides[this.#side] },
        parts.slice(0, SHOWN).map((part) => h("li", {}, this.#bar(part, top))),
      ),
      h(
        "p",
        { class: "dim" },
        this.#mix.by_weight ? TEXT.review.byWeight : TEXT.review.byCount,
        others.length ? " · " + TEXT.review.others(others.length, percent(sum(others))) : "",
      ),
    );
    if (held) this.querySelector(`[data-side="${held}"]`).focus();
  }

  #choice(side) {
    return h(
      "button",
      {
        type: "button",
        "data-side": side,
        "aria-pressed": String(side === this.#side),
        onclick: () => {
          this.#side = side;
          this.#draw();
        },
      },
      TEXT.review.sides[side],
    );
  }

  #bar({ value, count, share }, top) {
    const label = value == null ? TEXT.mix.unknown : this.#side === "asset_class" ? TEXT.classes[value] : value;
    const inside = [
      h("span", { class: "label" }, label),
      h("span", { class: "share", title: TEXT.review.assets(count) }, percent(share, share < 0.0995 ? 1 : 0)),
    ];
    const look = { "--w": share / top };
    if (!FILTERS.includes(this.#side)) return h("span", { ...look, class: "bar-line" }, inside);
    const href = address(universePath(store.current.id), { [this.#side]: value ?? "none" });
    return h("a", { ...look, class: "bar-line", href, title: TEXT.mix.title(label, whole(count)) }, inside);
  }
}

const sum = (parts) => parts.reduce((total, { share }) => total + share, 0);
customElements.define("review-mix", ReviewMix);
