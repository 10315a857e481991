"""Sales files that tests write and read."""

from pathlib import Path

import numpy as np
import pandas as pd

#: Dishes of the real restaurant: two that sell much and two that sell little.
FEW_DISHES = (
    "Grilled lamb skewers",
    "Chicken knee cartilage",
    "Mala flavor - Sea bass",
    "Garlic flavor - Jiangtuan",
)

#: The last day of a file where the test names no other day.
LAST_DAY = "2026-03-01"


def write_sales(path: Path, *, dishes: int = 3, days: int = 120, seed: int = 1, last_day: str = LAST_DAY) -> None:
    """Writes a tidy sales file: a weekly pattern with Poisson noise, one row for each dish and day.

    Args:
        path: Path of the file.
        dishes: Number of dishes, which are called dish-0, dish-1 and so on.
        days: Number of days.
        seed: Seed of the noise.
        last_day: Last day, as ISO text.
    """
    rng = np.random.default_rng(seed)
    dates = pd.date_range(end=last_day, periods=days)
    frames = [
        pd.DataFrame(
            {
                "date": dates.strftime("%Y-%m-%d"),
                "dish": f"dish-{number}",
                "sales": rng.poisson((10 + 5 * number) * (1 + 0.1 * dates.day_of_week.to_numpy())),
            }
        )
        for number in range(dishes)
    ]
    pd.concat(frames).to_csv(path, index=False)
