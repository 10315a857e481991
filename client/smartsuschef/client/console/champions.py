"""Prints the table of champions: each dish with the backtest figures of its candidates."""

from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from smartsuschef.client.console.output import MISSING, percent
from smartsuschef.client.console.tables import least_width, show_table, table
from smartsuschef.forecast.v1.forecast_pb2 import BacktestFigures
from smartsuschef.forecast.v1.inference_pb2 import HorizonFigures, Model
from smartsuschef.forecast.v1.training_pb2 import DishResult

_CHAMPION_STYLE = "bold green"
#: Forecasters from simple to complex, as in shared/forecasters.py. Other forecasters follow in alphabetical order.
KNOWN_ORDER = ("baseline", "smoothing", "prophet", "hybrid", "pooled", "blend")
#: The candidate beside the champion in a terminal that has no room for all candidates.
_YARDSTICK = KNOWN_ORDER[0]
_WHY_THE_BLEND = "A single forecaster becomes champion only if its lead over the blend is more than chance."
_IN_PORTIONS = (
    "WAPE 20%: over many days the forecast misjudges 20 of 100 portions. MAE: misjudged portions a day. Bias: too many "
    "(+) or too few (-) portions in all. Champion: the forecaster that serves the dish. Blend: a weighted mean of "
    "several forecasters."
)
_IN_DETAIL = (
    "MASE: below 1 is better than expecting the sales of one week before. Folds: number of tests. Days: number of "
    "tested days in all. 80 %: share of the days whose sales lay in the 80 % interval."
)
#: Least width of the names of dishes beside all candidates, in columns of the terminal.
_NARROWEST_DISH = 24
#: Width of the champion, of the days and of the spaces between columns.
_WIDTH_OF_THE_REST = 18
_WIDTH_OF_BOTH_FIGURES = 14


def show_champions(console: Console, rows: Sequence[DishResult | Model]) -> None:
    """Prints the champions, and the reason where a candidate has lower errors than the champion.

    Args:
        console: The console that prints.
        rows: The results of a training, or the models of a version.
    """
    show_table(console, _champions_table(rows, console.width))
    if any(row.candidates for row in rows):
        console.print(Text(_IN_PORTIONS, style="dim"))
    if any(_has_better_candidate(row) for row in rows):
        console.print(Text(_WHY_THE_BLEND, style="dim"))


def _champions_table(rows: Sequence[DishResult | Model], width: int) -> Table:
    """Makes a table with one row for each dish: WAPE and MAE (units a day) of every candidate.

    A narrow terminal shows only the figures of the champion, and the WAPE of the baseline beside them.
    """
    forecasters = _forecasters(rows)
    if width >= _NARROWEST_DISH + _WIDTH_OF_THE_REST + _WIDTH_OF_BOTH_FIGURES * len(forecasters):
        return _all_candidates(rows, forecasters)
    with_bias = _champions_only(rows, {"WAPE": _wape, "MAE": _mae, "Bias": _bias})
    return with_bias if least_width(with_bias) <= width else _champions_only(rows, {"WAPE": _wape, "MAE": _mae})


def _champions_only(rows: Sequence[DishResult | Model], shown: Mapping[str, Callable[[BacktestFigures], str]]) -> Table:
    headings = (*shown, f"{_YARDSTICK}\nWAPE", "Days")
    made = table("Dish", "Champion", *headings, right=headings, fold=("Dish",))
    for row in rows:
        figures = {candidate.forecaster: candidate for candidate in row.candidates}
        own, yardstick = figures.get(row.champion), figures.get(_YARDSTICK)
        cells = [tell(own) if own else MISSING for tell in shown.values()]
        against = _wape(yardstick) if yardstick else MISSING
        made.add_row(row.dish, Text(row.champion, style=_CHAMPION_STYLE), *cells, against, str(row.history_days))
    return made


def _all_candidates(rows: Sequence[DishResult | Model], forecasters: Sequence[str]) -> Table:
    headings = [f"{name}\nWAPE   MAE" for name in forecasters]
    made = table("Dish", "Champion", *headings, "Days", right=(*headings, "Days"), fold=("Dish",))
    for row in rows:
        figures = {candidate.forecaster: candidate for candidate in row.candidates}
        made.add_row(
            row.dish,
            Text(row.champion, style=_CHAMPION_STYLE),
            *(_cell(figures.get(name), is_champion=name == row.champion and len(figures) > 1) for name in forecasters),
            str(row.history_days),
        )
    return made


def show_figures(console: Console, model: Model) -> None:
    """Prints all figures of one dish: those of its candidates, and those of its champion by days ahead.

    Args:
        console: The console that prints.
        model: The model of the dish, with its backtest figures.
    """
    if model.candidates:
        show_table(console, _candidates_table(model))
        console.print(Text(_interval_in_words(model.candidates[0]), style="dim"))
        console.print(Text(_expectation_in_words(model.candidates[0]), style="dim"))
        console.print()
    if model.horizon_figures:
        show_table(console, _horizons_table(model))
        console.print()
    if model.candidates or model.horizon_figures:
        console.print(Text(_IN_DETAIL, style="dim"))
        console.print()


def _candidates_table(model: Model) -> Table:
    """Makes a table with one row for each candidate: its weight in the champion, and its figures."""
    headings = ("Weight", "WAPE", "MAE", "MASE", "Bias", "Folds", "Days")
    made = table("Candidate", *headings, right=headings)
    for figures in model.candidates:
        weight = model.weights.get(figures.forecaster)
        made.add_row(
            Text(figures.forecaster, style=_CHAMPION_STYLE if figures.forecaster == model.champion else ""),
            f"{weight:.0%}" if weight else "",
            _wape(figures),
            _mae(figures),
            _mase(figures),
            _bias(figures),
            str(figures.folds),
            str(figures.days),
        )
    return made


def _horizons_table(model: Model) -> Table:
    """Makes a table with one row for each day ahead: the errors of the champion, and the coverage of its interval."""
    headings = ("WAPE", "MAE", "MASE", "Bias", "80 %", "Days")
    made = table("Days ahead", *headings, right=("Days ahead", *headings))
    for figures in model.horizon_figures:
        made.add_row(
            str(figures.days_ahead),
            _wape(figures),
            _mae(figures),
            _mase(figures),
            _bias(figures),
            percent(figures.coverage_80) if figures.HasField("coverage_80") else MISSING,
            str(figures.days),
        )
    return made


def _interval_in_words(figures: BacktestFigures) -> str:
    """Says in words how well the quantiles of a champion did in the backtest."""
    if not figures.HasField("coverage_80"):
        return "no quantiles: the history is too short"
    return (
        f"80 % interval: held the sales of {percent(figures.coverage_80)} of the days; pinball loss (how far the "
        f"quantiles are off): {figures.pinball:.2f} units"
    )


def _expectation_in_words(figures: BacktestFigures) -> str:
    """Says in words which error to expect of a champion in the days to come."""
    if not figures.HasField("expected_mae"):
        return "The error to expect in the days to come is not known"
    return f"MAE to expect in the days to come: {_units(figures.expected_mae)} units a day"


def champion_figures(row: DishResult | Model) -> str:
    """Says in words which champion a dish has, with the backtest figures of the champion if there are any.

    Args:
        row: The result of a training, or the model of a version.
    """
    best = next((candidate for candidate in row.candidates if candidate.forecaster == row.champion), None)
    return f"{row.champion}, {_in_words(best)}" if best else f"{row.champion}, history too short to test"


def _wape(figures: BacktestFigures | HorizonFigures) -> str:
    """Formats the WAPE as percent; a dash if nothing was sold."""
    return percent(figures.wape) if figures.HasField("wape") else MISSING


def _in_words(figures: BacktestFigures) -> str:
    return f"MAE {_mae(figures)}, WAPE {_wape(figures)}"


def _mae(figures: BacktestFigures | HorizonFigures) -> str:
    return _units(figures.mae)


def _units(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _mase(figures: BacktestFigures | HorizonFigures) -> str:
    return f"{figures.mase:.2f}" if figures.HasField("mase") else MISSING


def _bias(figures: BacktestFigures | HorizonFigures) -> str:
    """Formats the bias as percent of the sales: too much (+) or too little (-); a dash if nothing was sold."""
    return f"{figures.bias:+z.1%}" if figures.HasField("bias") else MISSING


def _cell(figures: BacktestFigures | None, *, is_champion: bool) -> Text:
    if figures is None:
        return Text(MISSING, style="dim")
    return Text(f"{_wape(figures)} {_mae(figures):>5}", style=_CHAMPION_STYLE if is_champion else "")


def _has_better_candidate(row: DishResult | Model) -> bool:
    blend = next((figures for figures in row.candidates if figures.forecaster == row.champion == "blend"), None)
    return blend is not None and any(figures.mae < blend.mae for figures in row.candidates)


def _forecasters(rows: Sequence[DishResult | Model]) -> list[str]:
    found = {candidate.forecaster for row in rows for candidate in row.candidates}
    return [name for name in KNOWN_ORDER if name in found] + sorted(found.difference(KNOWN_ORDER))
