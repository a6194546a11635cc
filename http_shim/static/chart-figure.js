// <chart-figure kind="membership">: a drawing the service makes, with the numbers behind it.
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { day, NONE, percent, whole } from "./format.js";
import { TEXT } from "./strings.js";

// The numbers of each drawing, as rows of a table.
const TABLES = {
  membership: ({ periods }) => ({
    heads: TEXT.chart.memberHeads,
    rows: periods.map(({ end, count, added, removed }) => [
      day(end),
      whole(count),
      whole(added),
      whole(removed),
    ]),
  }),
  turnover: ({ months }) => ({
    heads: TEXT.chart.turnoverHeads,
    rows: months.map(({ start, end, value }) => [
      day(start),
      day(end),
      value == null ? NONE : percent(value),
    ]),
  }),
};

export class ChartFigure extends HTMLElement {
  #universe = null;
  #drawn = null;

  // Draws again only where the universe is another or has changed.
  set universe(universe) {
    const key = universe && `${universe.id}:${universe.version}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    this.#universe = universe;
    this.#draw();
  }

  #draw() {
    if (!this.#universe) return this.replaceChildren();
    const { id, name } = this.#universe,
      kind = this.getAttribute("kind");
    const numbers = h("div", {
      class: "numbers",
      hidden: true,
      tabindex: 0,
      role: "region",
      "aria-label": TEXT.chart.numbersOf(TEXT.chart[kind]),
    });
    const picture = h("img", {
      alt: TEXT.chart.alt[kind](name),
      src: `/api/v1/universes/${encodeURIComponent(id)}/charts/${kind}.svg`,
    });
    picture.addEventListener("error", () => fill(this, h("p", { class: "hint" }, TEXT.chart.failed)));
    const button = h(
      "button",
      {
        type: "button",
        class: "link",
        "aria-expanded": "false",
        onclick: () => {
          numbers.hidden = !numbers.hidden;
          picture.hidden = !numbers.hidden;
          button.setAttribute("aria-expanded", String(!numbers.hidden));
          button.textContent = numbers.hidden ? TEXT.chart.show : TEXT.chart.hide;
          if (!numbers.hidden) this.#fill(numbers, id);
        },
      },
      TEXT.chart.show,
    );
    fill(
      this,
      h("figure", {}, h("figcaption", {}, h("span", {}, TEXT.chart[kind]), button), picture, numbers),
    );
  }

  async #fill(numbers, id) {
    const kind = this.getAttribute("kind");
    try {
      const { heads, rows } = TABLES[kind]((await api.chart(id, kind)).data);
      fill(
        numbers,
        h(
          "table",
          {},
          h("caption", { class: "vh" }, TEXT.chart.numbersOf(TEXT.chart[kind])),
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              heads.map((text) => h("th", { scope: "col" }, text)),
            ),
          ),
          h(
            "tbody",
            {},
            rows.toReversed().map(([first, ...rest]) =>
              h(
                "tr",
                {},
                h("th", { scope: "row" }, first),
                rest.map((value) => h("td", {}, value)),
              ),
            ),
          ),
        ),
      );
    } catch (error) {
      fill(numbers, h("p", { class: "hint bad" }, error.message));
    }
  }
}
customElements.define("chart-figure", ChartFigure);
