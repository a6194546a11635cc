// The lines of a rule: what is compared, how, with what; and the order, number and missing values.
import { fill, h, icon } from "./dom.js";
import { FIELDS, leafOf, linesOf, needsValue, opsOf, ORDERS } from "./screen-rules.js";
import { TEXT } from "./strings.js";

const FIRST = { field: "sector", op: "in", typed: "" };
const UPWARDS = ["name", "symbol"];

function choice(options, texts, { value, ...props }) {
  const made = options.map((option) => h("option", { value: option }, texts[option] ?? option));
  const select = h("select", props, made);
  select.value = value;
  return select;
}

const named = (label, control) => h("label", {}, label, control);

export class ScreenLines {
  #screen = {};
  #how = "all";
  #lines = [];

  // `changed(screen)` is told each new rule.
  constructor(changed) {
    this.changed = changed;
    this.element = h("div", { class: "rules" });
  }

  show(screen) {
    const { how, lines } = linesOf(screen);
    this.#screen = screen;
    this.#how = how;
    this.#lines = lines.length ? lines : [{ ...FIRST }];
    this.#draw();
  }

  #draw() {
    const match = choice(["all", "any"], TEXT.rule.hows, {
      value: this.#how,
      onchange: (event) => {
        this.#how = event.target.value;
        this.#tell({});
      },
    });
    const more = () => {
      this.#lines.push({ ...FIRST });
      this.#draw();
    };
    fill(
      this.element,
      h("label", { class: "inline" }, TEXT.rule.match, match),
      this.#lines.map((line, index) => this.#line(line, index)),
      h("button", { type: "button", class: "small", onclick: more }, icon("plus"), TEXT.rule.more),
      this.#rest(),
    );
  }

  #line(line, index) {
    const redraw = (changes) => {
      Object.assign(line, changes);
      this.#draw();
      this.#tell({});
    };
    const field = choice(
      Object.keys(FIELDS),
      { ...TEXT.columns, ...TEXT.rule.fields },
      {
        value: line.field,
        "aria-label": TEXT.rule.field,
        onchange: ({ target }) => redraw({ field: target.value, op: opsOf(target.value)[0], typed: "" }),
      },
    );
    const op = choice(opsOf(line.field), TEXT.rule.ops, {
      value: line.op,
      "aria-label": TEXT.rule.op,
      onchange: ({ target }) => redraw({ op: target.value }),
    });
    const drop = () => {
      this.#lines.splice(index, 1);
      this.#draw();
      this.#tell({});
    };
    const label = TEXT.rule.drop(index + 1);
    const away = { type: "button", class: "square quiet tiny", "aria-label": label, onclick: drop };
    const value = needsValue(line.op) ? this.#value(line) : h("span");
    return h("div", { class: "rule-line" }, field, op, value, h("button", away, icon("close")));
  }

  #value(line) {
    const { kind, unit, values } = FIELDS[line.field];
    const typed = ({ target }) => {
      line.typed = target.value;
      this.#tell({});
    };
    const props = { value: line.typed, "aria-label": TEXT.rule.value };
    if (kind === "flag") {
      return choice(["true", "false"], TEXT.rule.flags, {
        ...props,
        value: line.typed || "true",
        onchange: typed,
      });
    }
    const known = values?.slice(0, 2).join(", ") ?? TEXT.rule.hints[kind];
    const placeholder = TEXT.rule.units[unit] ?? known;
    return h("input", { ...props, placeholder, autocomplete: "off", spellcheck: "false", oninput: typed });
  }

  #rest() {
    const { limit, order_by: order = [], on_missing: missing = "exclude" } = this.#screen;
    const ordered = ({ target: { value } }) => {
      const dir = UPWARDS.includes(value) ? "asc" : "desc";
      this.#tell({ order_by: value ? [{ field: value, dir }] : undefined });
    };
    const limited = ({ target: { value } }) => this.#tell({ limit: value ? Number(value) : undefined });
    const names = { "": TEXT.rule.usual, ...TEXT.columns, ...TEXT.rule.fields };
    return h(
      "div",
      { class: "rule-rest" },
      named(
        TEXT.rule.order,
        choice(["", ...ORDERS], names, { value: order[0]?.field ?? "", onchange: ordered }),
      ),
      named(
        TEXT.rule.limit,
        h("input", { type: "number", min: 1, max: 10000, value: limit ?? "", oninput: limited }),
      ),
      named(
        TEXT.rule.missing,
        choice(["exclude", "include"], TEXT.rule.missings, {
          value: missing,
          onchange: ({ target }) => this.#tell({ on_missing: target.value }),
        }),
      ),
    );
  }

  // The rule of the lines with what is not in them; lines that are not finished are left out.
  #tell(changes) {
    const { where: _where, ...rest } = { ...this.#screen, ...changes };
    const isDone = (line) => !needsValue(line.op) || FIELDS[line.field].kind === "flag" || line.typed.trim();
    const leaves = this.#lines.filter(isDone).map(leafOf);
    const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    this.#screen = leaves.length ? { where: { [this.#how]: leaves }, ...kept } : kept;
    this.changed(this.#screen);
  }
}
