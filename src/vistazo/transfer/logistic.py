"""Logistic regression on features: all strengths of regularisation and all folds in one solve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.special import log_softmax, softmax

_MOST_STEPS = 500
_ENOUGH = 3e-4
"""Largest entry of a gradient, of features of unit spread, at which a solution is taken."""


@dataclass(frozen=True, eq=False)
class Head:
    """A linear map from features to logits.

    Parameters
    ----------
    weights : ndarray of float64, shape (n_features, n_classes)
    bias : ndarray of float64, shape (n_classes,)
    """

    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return softmax probabilities, shape (n_images, n_classes)."""
        logits = features.astype(np.float64) @ self.weights + self.bias
        found: NDArray[np.float64] = softmax(logits, axis=1)
        return found


class Heads:
    """Multinomial logistic regressions on one feature matrix, solved together.

    Each minimises the mean cross-entropy over its rows plus ``strength / 2`` times the squared
    weights on features of zero mean and unit spread. Steps are those of a bound on the
    curvature (Böhning 1992, "Multinomial logistic regression algorithm"), whose inverse is
    diagonal in the eigenvectors of the features and so serves every strength, with Nesterov's
    momentum, restarted where it leads uphill (O'Donoghue & Candès 2015). One product of matrices
    a step moves all of them.

    Parameters
    ----------
    features : ndarray of float32, shape (n_images, n_features)
    codes : ndarray of int64, shape (n_images,)
        Classes, from 0.
    """

    def __init__(self, features: NDArray[np.float32], codes: NDArray[np.int64]) -> None:
        self.mean = features.mean(axis=0, dtype=np.float64)
        spread = features.std(axis=0, dtype=np.float64)
        self.spread = np.where(spread > 1e-6, spread, np.inf)  # a constant one has no weight
        scaled = ((features - self.mean) / self.spread).astype(np.float32)
        self.curvature, self.basis = _axes(scaled)
        self.rotated = scaled @ self.basis.astype(np.float32)  # (n_images, n_axes)
        self.codes = codes
        self.one_hot = np.eye(codes.max() + 1, dtype=np.float32)[codes]

    def solve(
        self,
        strengths: NDArray[np.float64],
        masks: NDArray[np.bool_],
        *,
        most_steps: int = _MOST_STEPS,
    ) -> "Solutions":
        """Return the solution for every pair of a mask and a strength.

        Parameters
        ----------
        strengths : ndarray of float64, shape (n_strengths,)
            Above 0.
        masks : ndarray of bool, shape (n_masks, n_images)
            The rows that each is fitted on.
        most_steps : int
            After which a solution is taken as it is; weak strengths need many.
        """
        n_masks, n_strengths = len(masks), len(strengths)
        n_images, n_axes = self.rotated.shape
        n_classes = self.one_hot.shape[1]
        shape = (n_axes + 1, n_masks * n_strengths, n_classes)  # the last row is the bias
        counts = masks.sum(axis=1)
        # rows in columns of problems: each row weighs 1 / its mask's size, or nothing
        share = np.repeat((masks / counts[:, None]).T, n_strengths, axis=1).astype(np.float32)
        strength = np.tile(strengths, n_masks)
        penalty = np.concatenate([np.tile(strength, (n_axes, 1)), np.zeros((1, strength.size))])
        # half the curvature of all rows, as if they were only so many as the mask has
        bound = np.append(self.curvature, 1.0)[:, None] * np.repeat(n_images / counts, n_strengths)
        step = (1 / (bound / 2 + penalty + 1e-12)).astype(np.float32)[..., None]
        penalty = penalty.astype(np.float32)[..., None]
        inputs = np.concatenate([self.rotated, np.ones((n_images, 1), np.float32)], axis=1)

        found = np.zeros(shape, np.float32)
        left = np.arange(strength.size)  # the problems that are not solved yet
        at = ahead = found
        momentum = np.ones((1, strength.size, 1), np.float32)
        for number in range(most_steps + 1):
            logits = (inputs @ ahead.reshape(n_axes + 1, -1)).reshape(n_images, -1, n_classes)
            error = softmax(logits, axis=2)
            error -= self.one_hot[:, None]
            error *= share[:, left, None]
            slope = (inputs.T @ error.reshape(n_images, -1)).reshape(ahead.shape)
            slope += penalty[:, left] * ahead
            open_ = np.abs(slope).max(axis=(0, 2)) >= _ENOUGH
            found[:, left] = ahead
            if number == most_steps or not open_.any():
                break
            if not open_.all():
                left, at, ahead = left[open_], at[:, open_], ahead[:, open_]
                slope, momentum = slope[:, open_], momentum[:, open_]
            moved = ahead - step[:, left] * slope
            uphill = (slope * (moved - at)).sum(axis=(0, 2), keepdims=True) > 0
            momentum = np.where(uphill, 1, momentum)
            following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
            ahead = moved + (momentum - 1) / following * (moved - at)
            at, momentum = moved, following.astype(np.float32)
        return Solutions(self, found.transpose(1, 0, 2).reshape(n_masks, n_strengths, *shape[::2]))


@dataclass(frozen=True, eq=False)
class Solutions:
    """Heads for every pair of a mask and a strength.

    Parameters
    ----------
    heads : Heads
        What they were fitted on.
    found : ndarray of float32, shape (n_masks, n_strengths, n_axes + 1, n_classes)
        In the axes of the features.
    """

    heads: Heads
    found: NDArray[np.float32]

    def log_probabilities(self, mask: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return log probabilities of rows, shape (n_strengths, n_rows, n_classes)."""
        weights, bias = self.found[mask, :, :-1], self.found[mask, :, -1:]
        logits = self.heads.rotated[rows] @ weights + bias
        logs: NDArray[np.float64] = log_softmax(logits.astype(np.float64), axis=2)
        return logs

    def head(self, mask: int, strength: int) -> Head:
        """Return one head, for features as they are."""
        own = self.found[mask, strength].astype(np.float64)
        weights = (self.heads.basis @ own[:-1]) / self.heads.spread[:, None]
        return Head(weights, own[-1] - self.heads.mean @ weights)


def _axes(scaled: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the curvature along each axis that the rows span, and the axes as columns."""
    n_images, n_features = scaled.shape
    if n_features <= n_images:
        values, vectors = eigh(scaled.T.astype(np.float64) @ scaled / n_images)
    else:  # the same axes from the products of rows, of which there are fewer
        values, left = eigh(scaled.astype(np.float64) @ scaled.T / n_images)
        vectors = scaled.T.astype(np.float64) @ left
        vectors /= np.maximum(np.linalg.norm(vectors, axis=0), 1e-300)
    kept = values > 1e-7 * max(values.max(), 1e-300)
    return values[kept], vectors[:, kept]
