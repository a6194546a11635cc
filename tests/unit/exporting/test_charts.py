"""Drawings say what the numbers say: heights are held against the data."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from core.domain.series import Period, membership_series
from core.exporting.charts import MonthTurnover, membership_svg, turnover_svg

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 3, 10)


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own drawing


def bars(svg: str, name: str) -> list[tuple[float, str]]:
    """The height and the text of each bar of a class."""
    root = parsed(svg)
    found = [rect for rect in root.iter(f"{SVG}rect") if rect.get("class") == name]
    return [(float(rect.get("height", "")), rect.findtext(f"{SVG}title", "")) for rect in found]


def line(svg: str) -> list[tuple[float, float]]:
    [drawn] = parsed(svg).iter(f"{SVG}polyline")
    pairs = [pair.split(",") for pair in drawn.get("points", "").split()]
    return [(float(x), float(y)) for x, y in pairs]


def period(day: int, count: int, added: int = 0, removed: int = 0) -> Period:
    return Period(
        start=date(2026, 1, day),
        end=date(2026, 1, day + 1),
        count=count,
        added=added,
        removed=removed,
    )


def test_bars_are_as_tall_as_what_came_and_went() -> None:
    drawn = membership_svg([period(1, 4, added=4), period(2, 3, removed=1), period(3, 5, added=2)])

    came, went = bars(drawn, "in"), bars(drawn, "out")

    assert [round(tall / came[0][0], 2) for tall, _ in came] == [1, 0.5]
    assert [round(tall / came[0][0], 2) for tall, _ in went] == [0.25]
    assert came[0][1] == "2026-01-01 to 2026-01-02: 4 added"


def test_the_line_is_as_high_as_the_number_of_members() -> None:
    points = line(membership_svg([period(1, 10), period(2, 5), period(3, 0)]))

    (_, most), (_, half), (_, none) = points

    assert most < half < none
    assert half == pytest.approx((most + none) / 2)  # pyright: ignore[reportUnknownMemberType] - untyped there


def test_a_month_without_turnover_has_no_bar() -> None:
    months = [
        MonthTurnover(start=date(2026, n, 1), end=date(2026, n + 1, 1), value=value)
        for n, value in enumerate([None, 0.2, 0.0, 0.1], 1)
    ]

    drawn = bars(turnover_svg(months), "bar")

    assert [text for _, text in drawn] == [
        "2026-02-01 to 2026-03-01: 20.0%",
        "2026-04-01 to 2026-05-01: 10.0%",
    ]
    assert drawn[0][0] == pytest.approx(2 * drawn[1][0])  # pyright: ignore[reportUnknownMemberType] - untyped there


@pytest.mark.parametrize("svg", [membership_svg([]), turnover_svg([])])
def test_nothing_to_draw_is_a_drawing_that_says_so(svg: str) -> None:
    root = parsed(svg)

    assert root.findtext(f"{SVG}title")
    assert root.findtext(f"{SVG}desc", "").startswith(("Nothing", "No month"))
    assert "script" not in svg


def test_a_young_list_is_told_by_day_and_an_old_one_by_month_or_year() -> None:
    young = membership_series([(TODAY - timedelta(days=2), None)], today=TODAY)
    months = membership_series([(date(2024, 1, 15), date(2025, 1, 1))], today=TODAY)
    years = membership_series([(date(1996, 1, 2), None)], today=TODAY)

    assert [(p.end - p.start).days for p in young] == [1, 1, 1]
    assert [p.count for p in young] == [1, 1, 1]
    assert (len(months), len(years)) == (27, 31)
    assert [p.end for p in months if p.removed] == [date(2025, 1, 1)]


def test_what_came_and_went_adds_up_to_the_members() -> None:
    intervals = [
        (TODAY - timedelta(days=n), None if n % 3 else TODAY - timedelta(days=n // 2))
        for n in range(1, 200)
    ]

    series = membership_series(intervals, today=TODAY)

    count = 0
    for one in series:
        count += one.added - one.removed
        assert one.count == count
    assert series[-1].end == TODAY
