"""Finds the mode of Prophet's posterior in this process, without Stan.

The model is that of Taylor and Letham, "Forecasting at scale" (2018), as `prophet.stan` of the package writes it, with
a linear or flat trend. With the scale of the noise held, the negative logarithm of the posterior is a sum of squared
errors, of squares for the normal priors, and of absolute values of the changes of the trend. The coefficients with
normal priors are eliminated in closed form. What remains is a lasso with one coefficient for each changepoint. The
"feature-sign search" of Lee, Battle, Raina and Ng ("Efficient sparse coding algorithms", 2007) solves it exactly. The
scale of the noise is then a root in one dimension.

Effects that multiply the trend make the errors those of products. Such a model is linearised at the last coefficients
until they stay (the method of Gauss and Newton). A model without such effects is linear and needs no second round.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from shared.arrays import BoolArray, FloatArray, IntArray

#: Standard deviations of the priors of the trend's rate and offset, and of the noise, as in `prophet.stan`.
_TREND_SCALE, _NOISE_SCALE = 5.0, 0.5

#: Relative change of the variance of the noise below which it has converged, and most steps towards it.
_TOLERANCE, _MOST_STEPS = 1e-9, 60

#: Standard deviation of the noise below which the mode is none: the coefficients then pass through every point.
_LEAST_NOISE = 1e-4

#: Change of the negative logarithm of the posterior below which the linearised model has converged, and most rounds.
_ROUND_TOLERANCE, _MOST_ROUNDS = 1e-8, 100

#: Most halvings of a round's step, and most steps of a search for signs.
_MOST_HALVINGS, _MOST_SIGNS = 30, 500


class NoMode(ArithmeticError):
    """The search did not converge, or the posterior has no mode with noise."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A series with its model; n days, c changepoints and e effects.

    Args:
        times: Times of the days as shares of the training span, ascending, shape (n,).
        series: Sales over the largest sale, shape (n,).
        changepoints: Times at which the rate of the trend may change, shape (c,); none for a flat trend.
        effects: Columns of seasonalities, holidays and regressors, shape (n, e).
        scales: Standard deviations of the priors of the effects, shape (e,).
        multiplies: Whether each effect multiplies the trend and is not added to it, shape (e,).
        change_scale: Scale of the prior of each change of the rate.
        has_rate: Whether the trend is linear; a flat one has neither rate nor changes.
    """

    times: FloatArray
    series: FloatArray
    changepoints: FloatArray
    effects: FloatArray
    scales: FloatArray
    multiplies: BoolArray
    change_scale: float
    has_rate: bool = True


@dataclass(frozen=True, slots=True)
class Posterior:
    """Parameters of a model, as in `prophet.stan`.

    Args:
        k: Rate of the trend at the start.
        m: Offset of the trend at the start.
        deltas: Changes of the rate, shape (c,).
        beta: Coefficients of the effects, shape (e,).
        sigma: Standard deviation of the noise.
    """

    k: float
    m: float
    deltas: FloatArray
    beta: FloatArray
    sigma: float


def log_posterior(problem: Problem, at: Posterior) -> float:
    """Logarithm of the posterior density without constants, as `prophet.stan` counts it.

    Args:
        problem: The series with its model.
        at: Parameters of the model.
    """
    residuals = problem.series - _expected(problem, at)
    return float(
        -len(problem.times) * np.log(at.sigma)
        - residuals @ residuals / (2 * at.sigma**2)
        - (at.sigma / _NOISE_SCALE) ** 2 / 2
        - (at.k**2 + at.m**2) / (2 * _TREND_SCALE**2)
        - np.abs(at.deltas).sum() / problem.change_scale
        - ((at.beta / problem.scales) ** 2).sum() / 2
    )


def find_mode(problem: Problem) -> Posterior:
    """The mode of the posterior.

    Args:
        problem: The series with its model, with at least two days.

    Raises:
        NoMode: The search did not converge.
    """
    try:
        return _find_mode(problem)
    except np.linalg.LinAlgError as error:
        raise NoMode(str(error)) from error


def _find_mode(problem: Problem) -> Posterior:
    hinges = np.maximum(problem.times[:, None] - problem.changepoints, 0.0)
    trend = np.ones((len(problem.times), 1))
    if problem.has_rate:
        trend = np.column_stack([problem.times, trend])
    prior = np.concatenate([np.full(trend.shape[1], _TREND_SCALE**-2), problem.scales**-2.0])
    if not problem.multiplies.any():
        matrix = np.hstack([trend, problem.effects])
        mode = _solve(_Squares.of(matrix, hinges, problem.series, prior, problem.change_scale))
        return _named(problem, mode)
    return _find_by_rounds(problem, trend, hinges, prior)


def _find_by_rounds(problem: Problem, trend: FloatArray, hinges: FloatArray, prior: FloatArray) -> Posterior:
    """The mode of a model with effects that multiply the trend; see the module."""
    added = np.where(problem.multiplies, 0.0, problem.effects)
    multiplied = np.where(problem.multiplies, problem.effects, 0.0)
    mode = _solve(_Squares.of(np.hstack([trend, added]), hinges, problem.series, prior, problem.change_scale))
    value = log_posterior(problem, _named(problem, mode))
    for _ in range(_MOST_ROUNDS):
        named = _named(problem, mode)
        level = trend @ mode.free[: trend.shape[1]] + hinges @ mode.deltas
        factor = multiplied @ named.beta
        grown = (1.0 + factor)[:, None]
        matrix = np.hstack([grown * trend, added + level[:, None] * multiplied])
        squares = _Squares.of(matrix, grown * hinges, problem.series + level * factor, prior, problem.change_scale)
        target = _solve(squares, mode.deltas)
        share = 1.0
        for _ in range(_MOST_HALVINGS):
            moved = mode.towards(target, share)
            found = log_posterior(problem, _named(problem, moved))
            if found >= value:
                break
            share /= 2
        else:
            return named
        mode, gained, value = moved, found - value, found
        if gained < _ROUND_TOLERANCE:
            return _named(problem, mode)
    raise NoMode(f"no mode after {_MOST_ROUNDS} rounds")


@dataclass(frozen=True, slots=True)
class _Mode:
    """Coefficients with normal priors (trend, then effects), changes of the rate, and the variance of the noise."""

    free: FloatArray
    deltas: FloatArray
    variance: float

    def towards(self, other: "_Mode", share: float) -> "_Mode":
        return replace(
            self,
            free=self.free + share * (other.free - self.free),
            deltas=self.deltas + share * (other.deltas - self.deltas),
            variance=self.variance ** (1 - share) * other.variance**share,
        )


@dataclass(frozen=True, slots=True)
class _Squares:
    """Cross products of a linear model.

    Args:
        days: Number of days, n.
        total: Sum of the squares of the response.
        free: Products of the columns with normal priors with each other.
        free_response: Products of these columns with the response.
        mixed: Products of the columns of the changepoints with those columns.
        hinges: Products of the columns of the changepoints with each other.
        hinges_response: Products of the columns of the changepoints with the response.
        prior: Precision of each normal prior.
        change_scale: Scale of the prior of each change of the rate.
    """

    days: int
    total: float
    free: FloatArray
    free_response: FloatArray
    mixed: FloatArray
    hinges: FloatArray
    hinges_response: FloatArray
    prior: FloatArray
    change_scale: float

    @classmethod
    def of(
        cls, matrix: FloatArray, hinges: FloatArray, response: FloatArray, prior: FloatArray, change_scale: float
    ) -> "_Squares":
        columns = np.hstack([matrix, hinges, response[:, None]])
        products = columns.T @ columns
        free = matrix.shape[1]
        return cls(
            days=len(response),
            total=float(products[-1, -1]),
            free=products[:free, :free],
            free_response=products[:free, -1],
            mixed=products[free:-1, :free],
            hinges=products[free:-1, free:-1],
            hinges_response=products[free:-1, -1],
            prior=prior,
            change_scale=change_scale,
        )

    def at(self, variance: float, start: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The coefficients that are best for a variance of the noise: those with normal priors, and the changes.

        Args:
            variance: Variance of the noise.
            start: Changes from which the search begins, shape (c,).
        """
        factor = cho_factor(self.free + np.diag(variance * self.prior), check_finite=False)
        both = np.column_stack([self.mixed.T, self.free_response])
        solved = cho_solve(factor, both, check_finite=False)
        if not len(start):
            return solved[:, -1], start
        inner = self.hinges - self.mixed @ solved[:, :-1]
        outer = self.hinges_response - self.mixed @ solved[:, -1]
        deltas = _lasso(inner, outer, variance / self.change_scale, start)
        return solved[:, -1] - solved[:, :-1] @ deltas, deltas

    def squares(self, free: FloatArray, deltas: FloatArray) -> float:
        """Sum of the squares of the residuals."""
        fitted = free @ (self.free @ free) + deltas @ (self.hinges @ deltas) + 2 * deltas @ (self.mixed @ free)
        return max(0.0, float(self.total + fitted - 2 * (free @ self.free_response + deltas @ self.hinges_response)))


def _solve(squares: _Squares, start: FloatArray | None = None) -> _Mode:
    """The mode of a linear model.

    The variance of the noise that is best for the coefficients is known in closed form, and the coefficients that are
    best for the variance as well. Aitken's extrapolation of both in turn finds where they agree.
    """
    deltas = np.zeros(len(squares.hinges)) if start is None else start
    variance = max(squares.total / squares.days, _LEAST_NOISE**2)
    before: float | None = None  # logarithm of the variance one step before, and what the step changed
    change_before = 0.0
    for _ in range(_MOST_STEPS):
        free, deltas = squares.at(variance, deltas)
        best = _best_variance(squares.squares(free, deltas), squares.days)
        if best < _LEAST_NOISE**2:
            raise NoMode("the coefficients pass through every day")
        at, change = np.log(variance), float(np.log(best / variance))
        if abs(change) < _TOLERANCE:
            return _Mode(free, deltas, variance)
        slope = (change - change_before) / (at - before) if before is not None and at != before else -1.0
        before, change_before = at, change
        # A slope outside of these limits is of a part where the signs change; the plain step is safe there.
        step = -change / slope if -2.0 < slope < -0.05 else change
        variance = float(np.exp(at + np.clip(step, -3.0, 3.0)))
    raise NoMode(f"no variance of the noise after {_MOST_STEPS} steps")


def _best_variance(squares: float, days: int) -> float:
    """The variance s of the noise at which days/2 log(s) + squares/(2 s) + s/(2 scale²) is least."""
    precision = _NOISE_SCALE**-2.0
    return 2 * squares / (days + float(np.sqrt(days**2 + 4 * precision * squares)))


def _lasso(inner: FloatArray, outer: FloatArray, penalty: float, start: FloatArray) -> FloatArray:
    """The x at which x' inner x / 2 - outer' x + penalty |x| is least: feature-sign search.

    Args:
        inner: Positive definite matrix, shape (c, c).
        outer: Shape (c,).
        penalty: Weight of the absolute values, > 0.
        start: The x from which the search begins, shape (c,).
    """
    x, signs = start.copy(), np.sign(start)
    slack = 1e-10 * max(penalty, float(np.abs(outer).max()))
    for _ in range(_MOST_SIGNS):
        active = np.flatnonzero(signs)
        if len(active):
            pulled = outer[active] - penalty * signs[active]
            target = np.asarray(np.linalg.solve(inner[np.ix_(active, active)], pulled), dtype=np.float64)
            wrong = target * signs[active] < 0
            if wrong.any():
                x[active], signs[active] = _best_on_the_way(inner, outer, penalty, active, x[active], target)
                continue
            x[active] = target
        gradient = inner @ x - outer
        excess = np.where(signs == 0, np.abs(gradient) - penalty, 0.0)
        new = int(np.argmax(excess))
        if excess[new] <= slack:
            return x
        signs[new] = -np.sign(gradient[new])
    raise NoMode(f"no signs of the changes after {_MOST_SIGNS} steps")


def _best_on_the_way(
    inner: FloatArray, outer: FloatArray, penalty: float, active: IntArray, start: FloatArray, target: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The best point of the line from start to target among its end and the points where a coefficient is zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = start / (start - target)
    shares = np.append(np.unique(crossings[(crossings > 0) & (crossings < 1)]), 1.0)
    points = start + shares[:, None] * (target - start)
    points[np.isclose(shares[:, None], crossings, rtol=1e-12, atol=0)] = 0.0
    matrix = inner[np.ix_(active, active)]
    values = (
        ((points @ matrix) * points).sum(axis=1) / 2 - points @ outer[active] + penalty * np.abs(points).sum(axis=1)
    )
    best = points[int(np.argmin(values))]
    return best, np.sign(best)


def _expected(problem: Problem, at: Posterior) -> FloatArray:
    """Expected series, shape (n,)."""
    hinges = np.maximum(problem.times[:, None] - problem.changepoints, 0.0)
    trend = at.k * problem.times + at.m + hinges @ at.deltas
    beta = np.where(problem.multiplies, 0.0, at.beta)
    expected: FloatArray = trend * (1 + problem.effects @ (at.beta - beta)) + problem.effects @ beta
    return expected


def _named(problem: Problem, mode: _Mode) -> Posterior:
    rate = float(mode.free[0]) if problem.has_rate else 0.0
    position = int(problem.has_rate)
    return Posterior(
        rate, float(mode.free[position]), mode.deltas, mode.free[position + 1 :], float(mode.variance**0.5)
    )
