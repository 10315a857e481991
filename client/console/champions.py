"""The table of champions: each dish with the backtest figures of its candidates."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from client.console.output import MISSING, percent, table
from smartsuschef.forecast.v1.forecast_pb2 import BacktestFigures
from smartsuschef.forecast.v1.inference_pb2 import Model
from smartsuschef.forecast.v1.training_pb2 import DishResult

_CHAMPION_STYLE = "bold green"
#: The simplest first; a forecaster not named here follows by name.
_KNOWN_ORDER = ("baseline", "prophet", "hybrid")
_NARROWEST_DISH = 20
#: Champion and days, with the space between columns.
_WIDTH_OF_THE_REST = 16
_WIDTH_OF_BOTH_FIGURES = 13


def champions_table(rows: Sequence[DishResult | Model], width: int) -> Table:
    """One row a dish: its champion and, per candidate, WAPE (and MAE, in units a day, where the width allows).

    Args:
        rows: results of a training, or models that are live.
        width: columns of the terminal.
    """
    forecasters = _forecasters(rows)
    with_mae = width >= _NARROWEST_DISH + _WIDTH_OF_THE_REST + _WIDTH_OF_BOTH_FIGURES * len(forecasters)
    headings = [f"{name}\nWAPE{'   MAE' if with_mae else ''}" for name in forecasters]
    made = table("Dish", "Champion", *headings, "Days", right=(*headings, "Days"), fold=("Dish",))
    for row in rows:
        figures = {candidate.forecaster: candidate for candidate in row.candidates}
        made.add_row(
            row.dish,
            Text(row.champion, style=_CHAMPION_STYLE),
            *(
                _cell(figures.get(name), with_mae=with_mae, is_champion=name == row.champion and len(figures) > 1)
                for name in forecasters
            ),
            str(row.history_days),
        )
    return made


def champion_figures(row: DishResult | Model) -> str:
    """The champion of a dish in words, with its figures where it was backtested."""
    best = next((candidate for candidate in row.candidates if candidate.forecaster == row.champion), None)
    return f"{row.champion}, {_in_words(best)}" if best else f"{row.champion}, history too short to test"


def _wape(figures: BacktestFigures) -> str:
    """WAPE as percent; a dash where nothing was sold."""
    return percent(figures.wape) if figures.HasField("wape") else MISSING


def _in_words(figures: BacktestFigures) -> str:
    return f"MAE {_mae(figures)}, WAPE {_wape(figures)}"


def _mae(figures: BacktestFigures) -> str:
    return f"{figures.mae:.2f}" if figures.mae < 10 else f"{figures.mae:.1f}"


def _cell(figures: BacktestFigures | None, *, with_mae: bool, is_champion: bool) -> Text:
    if figures is None:
        return Text(MISSING, style="dim")
    text = f"{_wape(figures)} {_mae(figures):>5}" if with_mae else _wape(figures)
    return Text(text, style=_CHAMPION_STYLE if is_champion else "")


def _forecasters(rows: Sequence[DishResult | Model]) -> list[str]:
    found = {candidate.forecaster for row in rows for candidate in row.candidates}
    return [name for name in _KNOWN_ORDER if name in found] + sorted(found.difference(_KNOWN_ORDER))
