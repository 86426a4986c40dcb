"""What is said of a step whose rule has its words ready, or needs little more than the numbers of its premises."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .prose import Run, text_runs

if TYPE_CHECKING:
    from .justification import Because


@dataclass(frozen=True)
class Justification:
    """Words, a displayed formula between them where there is one, and what is told inside, each with its own words."""

    before: tuple[Run, ...]
    display: str = ""
    after: tuple[Run, ...] = ()
    inside: tuple["Justification", ...] = ()


def said(words: str) -> Justification:
    """Words with formulas between dollar signs."""
    return Justification(text_runs(words))


_MATRICES = {
    "gershgorin": "every eigenvalue lies within the sum of the other entries of a row of an entry on the diagonal"
    " (Gershgorin)",
    "weyl": "eigenvalues of a sum against those of its parts (Weyl)",
    "across": "eigenvalues of a sum against those of its parts (Weyl)",
    "diagonal": "an entry on the diagonal is a value of the quadratic form at a unit vector (Rayleigh)",
    "pair": "the value of the quadratic form at a vector with two entries (Rayleigh)",
    "rayleigh": "the value of the quadratic form at a vector (Rayleigh)",
    "scale": "a factor multiplies every eigenvalue",
    "shift": "a multiple of the identity moves every eigenvalue",
    "ones": "the vector of ones",
    "trace": "the eigenvalues sum to the trace",
    "determinant": "the determinant is the product of the eigenvalues",
    "schur": "products, entry by entry, of positive semidefinite matrices are positive semidefinite (Schur)",
    "congruence": "rows and columns multiplied by numbers: the smallest eigenvalue grows at most by the largest square",
    "semidefinite": "products and power series with non-negative coefficients, entry by entry, of positive semidefinite"
    " matrices are positive semidefinite (Schur)",
    "coefficient": "the power series without one of its terms has non-negative coefficients (Schur)",
    "ky fan": "determinants of positive definite matrices are log-concave (Fan)",
    "solution": "the smallest eigenvalue bounds how much the matrix shrinks a vector",
    "equal": "the entries are equal",
    "bound": "the bound holds for each entry",
    "entry": "an entry is at most the largest of all, and at least the least",
}


def matrices(because: "Because", step: dict[str, Any]) -> Justification:
    """A law about matrices by their entries."""
    law = _MATRICES.get(step["arguments"]["part"], "a law about matrices")
    of = f", by {because.references(step['premises'])}" if step["premises"] else ""
    return said(f"{law[0].upper()}{law[1:]}{of}.")


def monotone(because: "Because", step: dict[str, Any]) -> Justification:
    """A monotone function of both sides, or an angle from its cosine."""
    part = step["arguments"]["part"]
    if part == "angle":
        return said(r"The angle lies in $[0, \pi]$, where $\arccos\cos y = y$.")
    if part == "sine":
        return said(r"The angle lies in $[0, \pi]$, where $\sin y = \sqrt{1 - \cos^2 y}$.")
    name = {"sqrt": "The square root", "acos": "The arc cosine"}.get(part, part)
    way = "decreases" if part == "acos" else "increases"
    of = because.reference(step["premises"][0])
    return said(f"{name} {way}: apply it to both sides of {'what is immediate' if of == 'immediate' else of}.")


def hermite_parts(because: "Because", step: dict[str, Any]) -> Justification:
    """A Gaussian integral over a half-line, by parts."""
    return said(
        r"By parts, with $\operatorname{He}_r' = r \operatorname{He}_{r-1}$ and $\varphi' = -x \varphi$: the integrand"
        r" has an antiderivative that is a polynomial in $x$ and two Hermite polynomials times $\varphi$, which"
        r" vanishes at $\infty$; $\varphi(0) = 1/\sqrt{2\pi}$."
    )


def recurrence_limit(because: "Because", step: dict[str, Any]) -> Justification:
    """The limit of a linear recursion."""
    return said(
        r"If $y_{k+1} = a_k + b_k y_k$, $a_k \to a$, $b_k \to b$ and $|b| < 1$, then $y_k \to a/(1 - b)$: in each step"
        r" the error is multiplied by less than some $c < 1$, up to a null sequence."
    )


def evaluation(because: "Because", step: dict[str, Any]) -> Justification:
    """A comparison of numbers."""
    return Justification(("Both sides are numbers; they were enclosed in balls that decide it.",))


def ball_box(because: "Because", step: dict[str, Any]) -> Justification:
    """An inequality on a box in rigorous intervals."""
    kinds = _kinds(step["evidence"][0])
    boxes = _boxes(step["evidence"][0])
    where = "On the whole box" if boxes == 1 else f"On each of {boxes} boxes that together make up the whole one"
    ways = ["an enclosure of the right side minus the left side in rigorous intervals shows its sign"]
    if "slope" in kinds:
        ways.append("its derivative has one sign, and at the end from which it grows its value or its limit is known")
    if "angle" in kinds:
        ways.append("as a function of an angle, with its cosine for the correlation, it is smooth at the end")
    if "factors" in kinds or "terms" in kinds:
        ways.append("it is made of factors or terms whose signs are shown")
    return Justification((f"{where}, {', or '.join(ways)}.",))


def _boxes(tree: Any) -> int:
    """How many boxes the cuts at the top of the tree make."""
    return sum(map(_boxes, tree[3:])) if tree[0] == "split" else 1


def _kinds(tree: Any) -> list[str]:
    """The kinds of all nodes of the evidence of a ball box step."""
    if not isinstance(tree, list) or not tree:
        return []
    known = ("split", "slope", "factors", "terms", "plain", "centred", "zero", "powers", "angle")
    return [tree[0]] * (tree[0] in known) + [kind for part in tree for kind in _kinds(part)]


def monte_carlo(because: "Because", step: dict[str, Any]) -> Justification:
    """A mean by samples."""
    samples, seed = step["arguments"]["samples"], step["arguments"]["seed"]
    return Justification(
        (f"By {samples} samples (seed {seed}): with the confidence stated, the mean lies in {step['interval']}.",)
    )
