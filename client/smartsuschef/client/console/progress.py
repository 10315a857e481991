"""The live view of a run in a terminal: a bar, the dishes in training, and the last results."""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from smartsuschef.client.console.champions import champion_figures
from smartsuschef.client.console.output import as_local, dishes, duration, state_text
from smartsuschef.forecast.v1 import training_pb2
from smartsuschef.forecast.v1.training_pb2 import TrainingProgress

#: Numbers of dishes in the view: small enough that the view fits into a terminal of 24 lines.
_LAST_SHOWN = 6
_UNDER_WAY_SHOWN = 4

#: Widths in cells of the terminal; a name includes its mark.
_NARROWEST_NAME = 15
_WIDEST_FIGURES = 34
_GAP = 2


class RunView:
    """A view that shows the state of a run. Its durations go on between two events.

    Args:
        now: Returns the present moment, with a time zone.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self._now = now
        self._began: datetime | None = None
        self._lost: datetime | None = None
        self._latest = TrainingProgress()
        self._under_way: dict[str, datetime] = {}
        self._last: deque[tuple[Text, Text]] = deque(maxlen=_LAST_SHOWN)

    def apply(self, event: TrainingProgress) -> None:
        """Updates the view with the next event.

        Args:
            event: The event.
        """
        self._began = self._began or as_local(event.time)
        self._lost = None
        self._latest = event
        match event.kind:
            case training_pb2.PROGRESS_KIND_DISH_STARTED:
                self._under_way[event.dish] = as_local(event.time)
            case training_pb2.PROGRESS_KIND_DISH_FINISHED:
                self._under_way.pop(event.dish, None)
                self._last.append((_marked("✓", "green", event.dish), Text(champion_figures(event.dish_result))))
            case training_pb2.PROGRESS_KIND_DISH_FAILED:
                self._under_way.pop(event.dish, None)
                self._last.append((_marked("✗", "red", event.dish), Text(event.dish_error.message, style="red")))

    def lose_connection(self) -> None:
        """Notes that the connection is lost: until the next event, the view shows the length of the outage."""
        self._lost = self._lost or self._now()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Group(self._heading(), self._bar(), self._dishes(options.max_width), *self._outage())

    def _heading(self) -> Text:
        store, run_id = self._latest.store, self._latest.run_id
        return Text.assemble(("Training ", "bold"), (store, "bold"), (f"  run {run_id}  ", "dim"), self._state())

    def _state(self) -> Text:
        if self._lost:
            return Text("")
        if self._latest.state == training_pb2.RUN_STATE_PENDING:
            return Text("waiting for a worker", style="cyan")
        return state_text(self._latest.state)

    def _bar(self) -> Table:
        total, current = self._latest.total, self._latest.current
        row = Table.grid(padding=(0, 2, 0, 0), expand=True)
        row.add_column(ratio=1)
        row.add_column(no_wrap=True)
        row.add_column(no_wrap=True)
        row.add_row(
            ProgressBar(total=total or None, completed=current, pulse=not total),
            f"{current}/{dishes(total)}" if total else "planning",
            self._since(self._began),
        )
        return row

    def _dishes(self, width: int) -> Table:
        under_way = [
            (_marked("▸", "cyan", dish), Text(self._since(started), style="dim"))
            for dish, started in list(self._under_way.items())[:_UNDER_WAY_SHOWN]
        ]
        if (further := len(self._under_way) - _UNDER_WAY_SHOWN) > 0:
            under_way.append((Text(f"   and {further} more", style="dim"), Text("")))
        shown = [*under_way, *reversed(self._last)]
        # Figures take their room from long names. The long reason of a failed dish does not.
        figures = min(_WIDEST_FIGURES, max((told.cell_len for _, told in shown), default=0))
        longest = max((name.cell_len for name, _ in shown), default=0)
        names = min(longest, max(_NARROWEST_NAME, width - _GAP - figures))
        rows = Table.grid(padding=(0, _GAP, 0, 0))
        rows.add_column(no_wrap=True, overflow="ellipsis", max_width=names)
        rows.add_column(no_wrap=True, overflow="ellipsis", max_width=max(1, width - _GAP - names))
        for row in shown:
            rows.add_row(*row)
        return rows

    def _outage(self) -> list[Text]:
        if not self._lost:
            return []
        lost = duration((self._now() - self._lost).total_seconds())
        return [Text(f"connection lost {lost} ago, trying again", style="bold yellow")]

    def _since(self, moment: datetime | None) -> str:
        # The clock of the service may be ahead of this clock. During an outage nobody knows whether the run goes on.
        return duration(max(0.0, ((self._lost or self._now()) - moment).total_seconds())) if moment else ""


def _marked(mark: str, style: str, dish: str) -> Text:
    return Text.assemble((mark, style), f"  {dish}")
