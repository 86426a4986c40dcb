"""Scikit-learn's digits as training and test points of a figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from deepcond_sym.errors import InputError


@dataclass(frozen=True)
class Digits:
    """Gaps 1 - cosine between training points, between test points (rows) and these, and centred labels, a column a
    class."""

    training: np.ndarray
    test: np.ndarray
    labels: np.ndarray

    @property
    def size(self) -> int:
        return len(self.training)

    @classmethod
    def load(cls, training: int = 64, test: int = 32) -> Digits:
        """The first digits, each scaled to one norm; one-hot labels minus their mean, so that 1 . Y = 0. InputError
        where scikit-learn is missing.

        >>> found = Digits.load(8, 2)
        >>> found.training.shape, found.test.shape, bool(abs(found.labels.sum(axis=0)).max() < 1e-12)
        ((8, 8), (2, 8), True)
        """
        try:
            from sklearn.datasets import load_digits
        except ImportError:
            raise InputError(
                "the digits come with scikit-learn: install deepcond-sym[sklearn] to draw these figures"
            ) from None
        rows, classes = load_digits(return_X_y=True)
        rows, classes = rows[: training + test], classes[: training + test]
        unit = rows / np.linalg.norm(rows, axis=1)[:, None]
        # |x - y|^2/2, which keeps the digits of close points
        gaps = ((unit[:, None, :] - unit[None, :training, :]) ** 2).sum(axis=2) / 2
        labels = np.eye(10)[classes[:training]]
        return cls(gaps[:training], gaps[training:], labels - labels.mean(axis=0))
