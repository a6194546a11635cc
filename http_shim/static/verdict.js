// One verdict with what it rests on: identity, evidence, warnings, and suggestions to accept.
import { h, icon } from "./dom.js";
import { moment, since } from "./format.js";
import { badge } from "./status.js";
import { TEXT } from "./strings.js";

// What is worth a look; that there are other listings is good to know and no more.
export const doubts = (result) => result.warnings.filter(({ code }) => code !== "other_listings");
export const PROBLEMS = new Set([
  "not_found",
  "malformed",
  "unsupported",
  "delisted",
  "suspended",
  "ambiguous",
  "renamed",
  "unverified",
]);

// `accept(suggestion)` is offered where there is something to mend.
export function verdictDetails(result, { accept } = {}) {
  return h(
    "div",
    { class: "verdict-body" },
    h("p", {}, result.reason),
    result.evidence.length
      ? h(
          "ul",
          { class: "plain evidence", "aria-label": TEXT.verdict.evidence },
          result.evidence.map(evidence),
        )
      : null,
    result.warnings.map(({ code, message }) =>
      h("p", { class: code === "other_listings" ? "hint" : "notice warn small" }, message),
    ),
    result.suggestions.length ? suggestions(result, accept) : null,
    result.confidence
      ? h("p", { class: "dim" }, TEXT.verdict.confidence(Math.round(result.confidence * 100)))
      : null,
  );
}

function evidence({ source, claim, observed_at: at }) {
  return h(
    "li",
    {},
    h("span", { class: "tag" }, TEXT.verdict.sources[source] ?? source),
    h("span", {}, claim),
    h("span", { class: "dim nowrap", title: moment(at) }, since(at)),
  );
}

function suggestions(result, accept) {
  return h(
    "ul",
    { class: "plain suggestions", "aria-label": TEXT.verdict.suggestions },
    result.suggestions.map((one) =>
      h(
        "li",
        {},
        h("b", {}, one.symbol),
        h(
          "span",
          { class: "who" },
          h("span", { class: "name" }, one.name),
          h("small", { class: "dim" }, [one.exchange, one.reason].filter(Boolean).join(" · ")),
        ),
        accept
          ? h(
              "button",
              {
                type: "button",
                class: "small",
                "aria-label": TEXT.verdict.acceptLong(one.symbol),
                onclick: (event) => {
                  event.currentTarget.disabled = true;
                  accept(one);
                },
              },
              icon("check"),
              TEXT.verdict.accept,
            )
          : null,
      ),
    ),
  );
}

// What it rests on is made when somebody opens the line: there may be hundreds.
export function verdictLine(result, options) {
  const name = result.asset?.name;
  const line = h(
    "details",
    {
      class: "verdict",
      "data-input": result.input,
      ontoggle: () => {
        if (line.open && !line.querySelector(".verdict-body")) line.append(verdictDetails(result, options));
      },
    },
    h(
      "summary",
      {},
      h("b", {}, result.input),
      result.symbol && result.symbol !== result.input
        ? h("span", { class: "dim" }, "→ ", result.symbol)
        : null,
      h("span", { class: "name" }, name ?? ""),
      doubts(result).length
        ? h("span", { class: "tag warn" }, TEXT.verdict.warnings(doubts(result).length))
        : null,
      h("span", { class: "grow" }),
      badge(result.verdict),
    ),
  );
  return line;
}
