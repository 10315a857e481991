"""Writes the sales and the weather of a sample restaurant as CSV files: `python -m local_stack.sample FOLDER`.

The restaurant is a German beer garden. Its sales have a weekly and a yearly pattern, public holidays, rain and heat, a
closed weekday, a summer break, a new dish and a slow seller. The same seed and last day give the same files.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import holidays
import numpy as np
import pandas as pd

from shared.arrays import BoolArray, FloatArray

SAMPLE_COUNTRY = "DE"
#: Length of the history in days: more than a year, so that the yearly pattern shows.
SAMPLE_DAYS = 480
SAMPLE_SEED = 42

#: The restaurant closes on Mondays (0) and for a summer break, given by its first month and day and its length in days.
_CLOSED_WEEKDAY = 0
_BREAK_START, _BREAK_DAYS = (8, 3), 10

_SALES, _WEATHER = "sales.csv", "weather.csv"


@dataclass(frozen=True, slots=True)
class _Dish:
    """How a dish sells.

    Args:
        level: Units that the dish sells on a mean day.
        weekend: Factor of the sales from Friday to Sunday.
        heat: Change of the sales, as a share, per degree Celsius above the mean temperature.
        rain: Factor of the sales on a wet day.
        winter: Change of the sales, as a share, between the mean and the middle of winter.
        on_menu_days: Number of the last days on which the dish is on the menu; 0 means all days.
    """

    level: float
    weekend: float = 1.4
    heat: float = 0.0
    rain: float = 1.0
    winter: float = 0.0
    on_menu_days: int = 0


_DISHES = {
    "Roast pork with dumplings": _Dish(38, weekend=1.6, winter=0.25),
    "Cheese spaetzle": _Dish(31, winter=0.2),
    "Grilled trout": _Dish(17, weekend=1.5, heat=0.01),
    "Garden salad": _Dish(24, weekend=1.1, heat=0.035, rain=0.75, winter=-0.3),
    "Lentil stew": _Dish(19, weekend=0.9, winter=0.4),
    "Apple strudel": _Dish(27, weekend=1.7, rain=1.1),
    "Pumpkin ravioli": _Dish(14, on_menu_days=45),
    "Venison goulash": _Dish(1.2, weekend=1.8, winter=0.5),
}


def write_sample(folder: Path, *, seed: int = SAMPLE_SEED, days: int = SAMPLE_DAYS, end: dt.date | None = None) -> str:
    """Writes `sales.csv` and `weather.csv` into a folder.

    `sales.csv` has the columns date, dish and sales (units). A day without a sale of a dish has no row.

    Args:
        folder: The folder; created if it is missing.
        seed: Seed of the random numbers.
        days: Length of the history in days.
        end: Last day of the history; None means yesterday, so that the days to forecast lie ahead.

    Returns:
        A sentence part that says what was written.
    """
    rng = np.random.default_rng(seed)
    end = end or dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011 -- the user's own day
    dates = pd.date_range(end=pd.Timestamp(end), periods=days)
    weather = _weather(dates, rng)
    closed = _closed(dates)
    frames = [_sales(name, dish, dates, weather, closed, rng) for name, dish in _DISHES.items()]
    sales = pd.concat(frames).sort_values(["date", "dish"], kind="stable")
    folder.mkdir(parents=True, exist_ok=True)
    sales.to_csv(folder / _SALES, index=False)
    weather.to_csv(folder / _WEATHER, index=False)
    return f"{len(_DISHES)} dishes, {days} days up to {end}, {len(sales)} rows, weather beside them"


def main(command_line: Sequence[str] | None = None) -> None:
    """Writes the sample into the folder that the command line names.

    Args:
        command_line: The arguments; None means those of this process.
    """
    parser = argparse.ArgumentParser(prog="python -m local_stack.sample", description="Write a sample restaurant.")
    parser.add_argument("folder", type=Path, help="folder for sales.csv and weather.csv")
    parser.add_argument("--seed", type=int, default=SAMPLE_SEED, help="seed of the random numbers")
    parser.add_argument("--days", type=int, default=SAMPLE_DAYS, help="length of the history in days")
    parser.add_argument("--end", type=dt.date.fromisoformat, help="last day of the history; by default yesterday")
    parser.add_argument("--force", action="store_true", help="overwrite files that exist")
    arguments = parser.parse_args(command_line)
    if arguments.days < 1:
        parser.error("--days: expected at least one day")
    try:
        existing = [str(file) for file in (arguments.folder / _SALES, arguments.folder / _WEATHER) if file.exists()]
        if existing and not arguments.force:
            parser.error(f"{' and '.join(existing)} would be overwritten: name another folder, or add --force")
        written = write_sample(arguments.folder, seed=arguments.seed, days=arguments.days, end=arguments.end)
    except OSError as error:
        sys.stderr.write(f"{arguments.folder} cannot be written: {error.strerror}\n")
        raise SystemExit(1) from error
    sys.stdout.write(f"{arguments.folder}: {written}\n")


def _weather(dates: pd.DatetimeIndex, rng: np.random.Generator) -> pd.DataFrame:
    season = np.cos(2 * np.pi * (dates.day_of_year.to_numpy() - 20) / 365.25)
    spell = np.zeros(len(dates))
    for i in range(1, len(dates)):
        spell[i] = 0.7 * spell[i - 1] + rng.normal(0, 2.4)
    wet = rng.random(len(dates)) < 0.35 + 0.05 * season
    rain = np.where(wet, rng.gamma(0.9, 6.0, len(dates)), 0.0)
    high = 15 - 11 * season + spell - 2.0 * wet
    low = high - rng.uniform(6, 11, len(dates))
    humidity = np.clip(68 + 10 * season + 14 * wet + rng.normal(0, 6, len(dates)), 30, 100)
    return pd.DataFrame(
        {
            "date": dates.strftime("%Y-%m-%d"),
            "temperature_2m_max": high.round(1),
            "temperature_2m_min": low.round(1),
            "relative_humidity_2m_mean": humidity.round(0),
            "precipitation_sum": rain.round(1),
        }
    )


def _closed(dates: pd.DatetimeIndex) -> BoolArray:
    breaks = [pd.Timestamp(year, *_BREAK_START) for year in sorted(set(dates.year))]
    on_break = np.any([(dates >= start) & (dates < start + pd.Timedelta(days=_BREAK_DAYS)) for start in breaks], axis=0)
    closed: BoolArray = (dates.day_of_week.to_numpy() == _CLOSED_WEEKDAY) | on_break
    return closed


def _sales(
    name: str,
    dish: _Dish,
    dates: pd.DatetimeIndex,
    weather: pd.DataFrame,
    closed: BoolArray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    public_holidays = holidays.country_holidays(SAMPLE_COUNTRY, years=sorted(set(dates.year)))
    on_holiday = np.array([date.date() in public_holidays for date in dates])
    heat = weather["temperature_2m_max"].to_numpy() - weather["temperature_2m_max"].mean()
    wet = weather["precipitation_sum"].to_numpy() > 1
    season = np.cos(2 * np.pi * (dates.day_of_year.to_numpy() - 20) / 365.25)
    mean: FloatArray = (
        dish.level
        * np.where(dates.day_of_week >= 4, dish.weekend, 1.0)
        * np.where(on_holiday, 1.35, 1.0)
        * np.exp(dish.heat * heat)
        * np.where(wet, dish.rain, 1.0)
        * (1 + dish.winter * season)
        * np.linspace(0.95, 1.05, len(dates))
    )
    # Guests come in groups, so counts vary more than those of a Poisson distribution.
    groups = 12.0
    units = rng.poisson(mean * rng.gamma(groups, 1 / groups, len(dates)))
    units[closed] = 0
    if dish.on_menu_days:
        units[: -dish.on_menu_days] = 0
    rows = pd.DataFrame({"date": dates.strftime("%Y-%m-%d"), "dish": name, "sales": units})
    return rows[rows["sales"] > 0]


if __name__ == "__main__":
    main()
