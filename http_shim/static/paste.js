// From whatever was pasted to symbols: lists by space, comma, semicolon or line, EXCHANGE:SYMBOL,
// TradingView's lists, Bloomberg's "VOD LN", and CSV with a column of symbols.
const COLUMN = /^(symbol|ticker|isin|code|instrument|ric|asset)s?$/i;
const BLOOMBERG =
  /^[A-Z0-9./-]{1,12} (US|UN|UW|UQ|LN|GR|GY|FP|NA|BB|SM|IM|SW|SE|VX|JP|JT|HK|CH|CN|CT|AU|AT|SS|DC|NO|FH|ID|PL|AV|PW|IN|IT|KS|KP|TT|SP|NZ|SJ|BZ|MM)( EQUITY)?$/i;

export function symbolsIn(text) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const column = headerOf(lines[0] ?? "");
  const found = column
    ? lines.slice(1).map((line) => cellsOf(line, column.by)[column.at])
    : lines.flatMap(loose);
  return [...new Set(found.map(clean).filter(Boolean))];
}

function headerOf(line) {
  for (const by of [",", ";", "\t"]) {
    const at = cellsOf(line, by).findIndex((cell) => COLUMN.test(clean(cell)));
    if (at >= 0 && (line.includes(by) || COLUMN.test(clean(line)))) return { by, at };
  }
  return null;
}

// A quoted cell may hold the separator, and a doubled quote is a quote.
function cellsOf(line, by) {
  const cells = [""];
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === by && !quoted) cells.push("");
    else cells[cells.length - 1] += char;
  }
  return cells;
}

function loose(line) {
  return line.split(/[,;\t|]/).flatMap((part) => {
    const said = part.trim();
    if (said.startsWith("###")) return [];
    return BLOOMBERG.test(said) ? [said] : said.split(/\s+/);
  });
}

const clean = (cell) =>
  (cell ?? "")
    .trim()
    .replace(/^["'$]+|["']+$/g, "")
    .trim();
