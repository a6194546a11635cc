"""Drawings of a list over time as SVG: no script, both themes, and a text that says the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from core.domain.series import Period

WIDTH, HEIGHT = 560, 170
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 14, 148
STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#4a5264}.grid{stroke:#d9dde5}"
    ".line{fill:none;stroke:#3d52d5;stroke-width:2}.area{fill:#3d52d5;opacity:.12}"
    ".bar{fill:#3d52d5}.in{fill:#12805c}.out{fill:#c2410c}"
    "@media(prefers-color-scheme:dark){text{fill:#aab2c4}.grid{stroke:#343b4c}"
    ".line{stroke:#93a3ff}.area,.bar{fill:#93a3ff}.in{fill:#4cc79a}.out{fill:#ff9b6a}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTurnover:
    """The turnover from a day to another; None where there is none."""

    start: date
    end: date
    value: float | None


def membership_svg(periods: Sequence[Period]) -> str:
    """The number of members as a line, and below it who came (up) and who went (down)."""
    middle, zero, half = 88, 118, 26
    count = len(periods)
    top = max((period.count for period in periods), default=0) or 1
    most = max((max(p.added, p.removed) for p in periods), default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / max(1, count)
    points = [
        (LEFT + step * (n + 0.5), middle - (middle - TOP) * period.count / top)
        for n, period in enumerate(periods)
    ]
    parts = [_rule(TOP, f"{top:,}"), _rule(middle, "0"), _rule(zero)]
    if points:
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts += [
            f'<polygon class="area" points="{points[0][0]:.1f},{middle} {line}'
            f' {points[-1][0]:.1f},{middle}"/>',
            f'<polyline class="line" points="{line}"/>',
        ]
    for (x, _), period in zip(points, periods, strict=True):
        wide = max(2.0, min(24.0, step * 0.6))
        told = _days(period.start, period.end)
        up, down = half * period.added / most, half * period.removed / most
        left = x - wide / 2
        if up:
            parts.append(_bar("in", left, zero - up, wide, up, f"{told}: {period.added:,} added"))
        if down:
            parts.append(_bar("out", left, zero, wide, down, f"{told}: {period.removed:,} removed"))
    parts += _dates([period.end for period in periods], step)
    return _svg("Members over time", membership_text(periods), parts)


def membership_text(periods: Sequence[Period]) -> str:
    """What the drawing shows, in one sentence."""
    if not periods:
        return "Nothing was ever in this universe."
    added, removed = sum(p.added for p in periods), sum(p.removed for p in periods)
    return (
        f"{periods[-1].count:,} members on {periods[-1].end}; {added:,} added and {removed:,}"
        f" removed since {periods[0].start}."
    )


def turnover_svg(months: Sequence[MonthTurnover]) -> str:
    """One bar a month; a month without a value has none."""
    top = max((month.value or 0 for month in months), default=0) or 1
    step = (WIDTH - LEFT - RIGHT) / max(1, len(months))
    parts = [_rule(TOP, f"{top:.1%}"), _rule(BOTTOM, "0%")]
    for n, month in enumerate(months):
        if month.value:
            tall, wide = (BOTTOM - TOP) * month.value / top, max(2.0, min(32.0, step * 0.7))
            x = LEFT + step * (n + 0.5) - wide / 2
            told = f"{_days(month.start, month.end)}: {month.value:.1%}"
            parts.append(_bar("bar", x, BOTTOM - tall, wide, tall, told))
    parts += _dates([month.start for month in months], step)
    return _svg("Turnover by month", turnover_text(months), parts)


def turnover_text(months: Sequence[MonthTurnover]) -> str:
    """What the drawing shows, in one sentence."""
    known = [month for month in months if month.value is not None]
    if not known:
        return "No month has members at both its ends, so there is no turnover yet."
    most = max(known, key=lambda month: month.value or 0)
    return f"At most {most.value or 0:.1%} in a month, in the one from {most.start}."


def _svg(title: str, text: str, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(text)}</desc><style>{STYLE}</style>{"".join(parts)}</svg>'
    )


def _rule(y: float, label: str = "") -> str:
    text = f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{label}</text>' if label else ""
    return f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>{text}'


def _bar(name: str, x: float, y: float, wide: float, tall: float, text: str) -> str:
    return (
        f'<rect class="{name}" x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{tall:.2f}">'
        f"<title>{escape(text)}</title></rect>"
    )


def _dates(days: Sequence[date], step: float) -> list[str]:
    """The first, the middle and the last day."""
    shown = sorted({0, len(days) // 2, len(days) - 1}) if days else []
    places = ((LEFT + step * (n + 0.5), _anchor(n, days), days[n]) for n in shown)
    return [
        f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{day}</text>'
        for x, anchor, day in places
    ]


def _anchor(n: int, days: Sequence[date]) -> str:
    if len(days) > 1 and n in (0, len(days) - 1):
        return "start" if n == 0 else "end"
    return "middle"


def _days(start: date, end: date) -> str:
    return f"{start} to {end}"
