// Numbers, money and times as people read them.
const LOCALE = "en";
const WHOLE = new Intl.NumberFormat(LOCALE);
const COMPACT = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium" });
const MOMENT = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const SINCE = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto", style: "short" });
const STEPS = [
  ["year", 31536000],
  ["month", 2592000],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

export const NONE = "–";
export const whole = (n) => WHOLE.format(n);
export const compact = (n) => (n == null ? NONE : COMPACT.format(n));
export const percent = (share, digits = 1) => (share * 100).toFixed(digits) + "%";
export const day = (iso) => (iso ? DAY.format(new Date(iso)) : NONE);
export const moment = (iso) => (iso ? MOMENT.format(new Date(iso)) : NONE);

export function since(iso, now = Date.now()) {
  if (!iso) return NONE;
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  return step ? SINCE.format(Math.round(seconds / step[1]), step[0]) : "just now";
}
