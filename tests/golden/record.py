"""`make golden` records the golden artifacts and their forecasts under the name of FEATURE_SCHEMA.

Recording is refused where forecasts have changed and FEATURE_SCHEMA has not: models of that schema are being served.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from shared.config import FEATURE_SCHEMA, PipelineConfig
from shared.errors import ForecastingError
from tests.golden.cases import SMALL, Artifacts, Forecasts, fit, forecasts

#: One folder, named by the feature schema.
RECORDINGS = Path(__file__).parent / "recordings"

#: Relative difference at which a stored model forecasts something else: today's code on today's machine must do the
#: same arithmetic as the code and the machine of the recording.
SERVED_TOLERANCE = 1e-9

#: Relative difference at which a model that is fitted again forecasts something else. Means and smoothing are plain
#: sums. LightGBM's sums and the solutions of Prophet may differ by a bit between machines, and a bit may move a split.
#: The hybrid's trees see Prophet's forecast, and quantiles come from the errors of champions of several forecasters.
FITTED_TOLERANCE = {"baseline": 1e-9, "smoothing": 1e-9, "prophet": 1e-6, "pooled": 1e-6}
OTHER_TOLERANCE = 1e-3

#: Units under which a difference counts as if the forecast were this large.
_LEAST_UNITS = 0.1

WHAT_TO_DO = """\
A model that was trained before this change would be served with other forecasts than those of its backtest.
If forecasts are not meant to change, this is a fault. If they are, give FEATURE_SCHEMA in shared/config.py a new value
(today's date), run `make golden` and commit tests/golden/recordings: models trained before are then refused."""


def main(folder: Path = RECORDINGS, schema: str = FEATURE_SCHEMA) -> None:
    """Records the golden artifacts and their forecasts, or says why nothing is recorded.

    Args:
        folder: Folder of the recordings.
        schema: Name of the feature schema under which the forecasts are recorded.

    Raises:
        SystemExit: (status 1) Forecasts differ from those recorded under this schema.
    """
    artifacts = fit(PipelineConfig.model_validate(SMALL))
    found = forecasts(artifacts)
    target = folder / schema
    if target.exists():
        changes = served_changes(target) + fitted_changes(target)
        if changes:
            sys.exit("\n".join([f"FEATURE_SCHEMA is still {schema}, and forecasts changed:", *changes, WHAT_TO_DO]))
        if read_forecasts(target).keys() == found.keys():
            sys.stdout.write(f"forecasts are those recorded under {schema}\n")
            return
    shutil.rmtree(folder, ignore_errors=True)
    target.mkdir(parents=True)
    artifacts.write(target)
    (target / "forecasts.json").write_text(json.dumps(found, indent=1) + "\n")
    sys.stdout.write(f"recorded {len(found)} models under {schema}; commit {target}\n")


def served_changes(recording: Path) -> list[str]:
    """Lists the series that recorded artifacts forecast otherwise when today's code loads them, one line each.

    Args:
        recording: Folder with the recording of one schema.
    """
    try:
        found = forecasts(Artifacts.read(recording))
    except (ForecastingError, ValidationError) as error:
        return [f"the recorded models cannot be loaded: {error}"]
    return changes(read_forecasts(recording), found, is_fitted_again=False)


def fitted_changes(recording: Path) -> list[str]:
    """Lists the series that models forecast otherwise when today's code fits them with the recorded settings.

    Args:
        recording: Folder with the recording of one schema.
    """
    try:
        config = PipelineConfig.model_validate_json((recording / "config.json").read_bytes())
    except ValidationError as error:
        return [f"the recorded settings are not settings any more: {error}"]
    return changes(read_forecasts(recording), forecasts(fit(config)), is_fitted_again=True)


def read_forecasts(recording: Path) -> dict[str, Any]:
    """Reads the forecasts of a recording, in the form of `Forecasts`."""
    recorded: dict[str, Any] = json.loads((recording / "forecasts.json").read_bytes())
    return recorded


def changes(recorded: Forecasts, found: Forecasts, *, is_fitted_again: bool) -> list[str]:
    """Lists the series of `recorded` that differ in `found`, one line each.

    Args:
        recorded: Forecasts of the recording.
        found: Forecasts of the same cases by today's code.
        is_fitted_again: Whether the models of `found` were fitted again, rather than loaded.
    """
    lines = []
    for case, situations in recorded.items():
        if case not in found:
            lines.append(f"{case}: is recorded, and no longer made")
            continue
        for situation, by_name in situations.items():
            for name, before in by_name.items():
                now = found[case][situation][name]
                worst = max(
                    range(len(before)), key=lambda i: abs(now[i] - before[i]) / max(abs(before[i]), _LEAST_UNITS)
                )
                size = abs(now[worst] - before[worst]) / max(abs(before[worst]), _LEAST_UNITS)
                if not size <= _tolerance(case, name, is_fitted_again=is_fitted_again):
                    lines.append(
                        f"{case}, {situation}, {name}: {before[worst]:.10g} became {now[worst]:.10g} on day {worst + 1}"
                    )
    return lines


def _tolerance(case: str, series: str, *, is_fitted_again: bool) -> float:
    if not is_fitted_again:
        return SERVED_TOLERANCE
    return FITTED_TOLERANCE.get(case, OTHER_TOLERANCE) if series == "yhat" else OTHER_TOLERANCE


if __name__ == "__main__":
    main()
