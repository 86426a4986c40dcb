"""Terms of the formal language as LaTeX: SymPy's printer, with the functions of the theory in the papers' notation."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.printing.latex import LatexPrinter, greek_letters_set, tex_greek_dictionary

from deepcond_sym.proof.language import column, row

_GREEK = {name: rf"\{name}" for name in (*greek_letters_set, "ell")} | tex_greek_dictionary
_NAME = re.compile(r"([A-Za-z]+)(\d*)((?:_[A-Za-z0-9]+)*)('*)")


def term_latex(expression: sp.Basic) -> str:
    r"""A term as LaTeX for math mode (amsmath and amssymb suffice); reading it back gives the same term.

    >>> from deepcond_sym.proof.language import iterate, mu
    >>> from deepcond_sym.symbols import rho
    >>> print(term_latex(1 - iterate(2, rho) * mu))
    1 - \mu \hat\sigma^{(2)}\left(\rho\right)

    Source: the notation of agarwal2021, sections 2 and 3.
    """
    return TermPrinter().doprint(expression)


class TermPrinter(LatexPrinter):
    """SymPy's LaTeX printer for the formal language.

    With `short_limits`, tending(s, k, a) and ranging(s, k, b) are printed as s_k, for use where "s_k -> a" or "s_k in
    [0, b]" is said beside it; `names` gives names to terms that are spelled out elsewhere, `maps` to the map t -> body
    of a `repeat`, by (body expanded, t), and `indices` the index of each sequence, for its limit. A name with an
    underscore in front loses it, unless the rest is `taken`.
    """

    def __init__(
        self,
        *,
        short_limits: bool = False,
        names: Mapping[sp.Basic, str] | None = None,
        maps: Mapping[tuple[sp.Basic, sp.Basic], str] | None = None,
        indices: Mapping[str, str] | None = None,
        taken: Collection[str] = (),
    ) -> None:
        super().__init__({"inv_trig_style": "full"})
        self.short_limits = short_limits
        self.names = names or {}
        self.maps = maps or {}
        self.indices = indices or {}
        self.taken = taken
        self.letters: dict[sp.Basic, str] = {}

    def _print(self, expr: Any, **kwargs: Any) -> str:
        # by type and not by class name: a sequence of the user may be called Add
        if isinstance(expr, AppliedUndef):
            return self._applied(expr, **kwargs)
        return super()._print(expr, **kwargs)

    def _as_ordered_terms(self, expr: Any, order: str | None = None) -> list[Any]:
        """SymPy's order, but a positive number or else a positive term first: 1 - x, 1 + x (but k + 1 for an index)."""
        terms = list(super()._as_ordered_terms(expr, order=order))
        positive = [term for term in terms if not term.could_extract_minus_sign()]
        front = positive[0] if positive else terms[0]
        if not expr.is_integer:
            front = next((term for term in positive if term.is_number), front)
        terms.remove(front)
        return [front, *terms]

    def _print_Add(self, expr: sp.Expr, order: str | None = None) -> str:
        tex = ""
        for term in self._as_ordered_terms(expr, order=order):
            negative = bool(tex) and term.could_extract_minus_sign()
            shown = -term if negative else term
            part = self._print(shown)
            # unevaluated terms can keep a sign of their own, as in a - (-1)
            if self._needs_add_brackets(shown) or (tex and part.startswith("-")):
                part = rf"\left({part}\right)"
            tex += f"{' - ' if negative else ' + ' if tex else ''}{part}"
        return tex

    def _print_Sum(self, expr: sp.Sum) -> str:
        return self._bounded(r"\sum", expr)

    def _print_Product(self, expr: sp.Product) -> str:
        return self._bounded(r"\prod", expr)

    def _bounded(self, sign: str, expr: Any) -> str:
        body = self._print(expr.function)
        if isinstance(expr.function, sp.Add) or body.startswith("-"):
            body = rf"\left({body}\right)"
        for index, low, high in expr.limits:
            body = f"{sign}_{{{self._print(index)}={self._print(low)}}}^{{{self._print(high)}}} {body}"
        return body

    def _print_Symbol(self, expr: sp.Symbol, style: str = "plain") -> str:
        name = expr.name
        if expr in self.letters:
            return self.letters[expr]
        return symbol_latex(name[1:] if name.startswith("_") and name[1:] not in self.taken else name)

    _print_Dummy = _print_Symbol

    def _print_factorial(self, expr: sp.Expr, exp: str | None = None) -> str:
        return self._with_exponent(self._factorial_base(expr.args[0]) + "!", exp)

    def _print_factorial2(self, expr: sp.Expr, exp: str | None = None) -> str:
        return self._with_exponent(self._factorial_base(expr.args[0]) + "!!", exp)

    def _factorial_base(self, argument: sp.Basic) -> str:
        inner = self._print(argument)
        plain = isinstance(argument, sp.Symbol) or (isinstance(argument, sp.Integer) and argument >= 0)
        return inner if plain else rf"\left({inner}\right)"

    def _applied(self, expr: AppliedUndef, exp: str | None = None) -> str:
        name = expr.func.__name__
        writer = _WRITERS.get(name)
        if expr in self.names:
            tex = self.names[expr]
        elif writer is not None:
            tex = writer(self, *expr.args)
        elif len(expr.args) == 1:
            tex = f"{with_index(symbol_latex(name), self._print(expr.args[0]))}"
        else:
            tex = rf"{symbol_latex(name)}\left({', '.join(map(self._print, expr.args))}\right)"
        if exp is None:
            return tex
        return self._with_exponent(tex, exp) if name in _OPEN | _INDEXED else f"{tex}^{{{exp}}}"

    def _with_exponent(self, tex: str, exp: str | None) -> str:
        return tex if exp is None else rf"\left({tex}\right)^{{{exp}}}"

    def _needs_mul_brackets(self, expr: Any, first: bool = False, last: bool = False) -> bool:
        if _operator(expr) or (not first and isinstance(expr, sp.Mul) and self._print(expr).startswith("-")):
            return True
        return not _closed(expr) and super()._needs_mul_brackets(expr, first=first, last=last)

    def _needs_add_brackets(self, expr: Any) -> bool:
        return _operator(expr) or (not _closed(expr) and super()._needs_add_brackets(expr))


_OPEN = {"limit", "inner", "minimum", "maximum", "off_maximum"}
_INDEXED = {"smallest", "largest", "determinant"}


def _operator(expr: Any) -> bool:
    """Whether the term is printed as an operator in front of its operand: bracketed in sums, products and powers."""
    if isinstance(expr, AppliedUndef):
        return expr.func.__name__ in _OPEN
    return isinstance(expr, (sp.Sum, sp.Product))


def _closed(expr: Any) -> bool:
    """A function or a power carries its own brackets, whatever is inside."""
    return isinstance(expr, (sp.Function, sp.Pow)) and not isinstance(expr, sp.Piecewise)


def symbol_latex(name: str) -> str:
    r"""The LaTeX of a name: Greek letters, trailing digits and _parts as a subscript, longer words in one piece.

    >>> print(symbol_latex("delta_1"), symbol_latex("tail_z0"), symbol_latex("b"), symbol_latex("odds"))
    \delta_{1} \mathit{tail}_{z0} b \mathit{odds}
    """
    if name.startswith("_") and _NAME.fullmatch(name[1:]):
        return rf"\tilde{{{symbol_latex(name[1:])}}}"
    match = _NAME.fullmatch(name)
    if match is None:
        return rf"\text{{{escape(name)}}}"
    word, digits, parts, primes = match.groups()
    below = ",".join(filter(None, [digits, *parts.split("_")]))
    return _word(word) + primes + (f"_{{{_below(below)}}}" if below else "")


def _below(text: str) -> str:
    return ",".join(_GREEK.get(part, part) for part in text.split(","))


def _word(word: str) -> str:
    if word in _GREEK:
        return _GREEK[word]
    return word if len(word) == 1 else rf"\mathit{{{word}}}"


def with_index(name: str, below: str) -> str:
    """name_{below}, where the name may have a subscript already."""
    return f"{name[:-1]},{below}}}" if name.endswith("}") and "_{" in name else f"{name}_{{{below}}}"


def escape(text: str) -> str:
    r"""Plain text for LaTeX's text mode: its special characters escaped, other scripts spelled out.

    >>> print(escape("50% of a_1 & ρ ≤ 1"))
    50\% of a\_1 \& \ensuremath{\rho} \ensuremath{\le} 1
    """
    return "".join(map(_character, text))


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in "\n\t" or " " <= character <= "~" or "\u00c0" <= character <= "\u017f":
        return character
    from unicodedata import name

    words = name(character, "").lower().split()
    if words[:1] == ["greek"] and len(words) == 4:
        letter = words[3].replace("lamda", "lambda")
        return rf"\ensuremath{{{_word(letter.capitalize() if words[1] == 'capital' else letter)}}}"
    return f"[U+{ord(character):04X}]"


_SPECIAL = (
    {mark: f"\\{mark}" for mark in "{}$&#%_"}
    | {mark: rf"\ensuremath{{{mark}}}" for mark in "<>|"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", '"': "''", "\u00a0": "~"}
    | {"–": "--", "—": "---", "‘": "`", "’": "'", "“": "``", "”": "''", "…": r"\ldots{}", "§": r"\S{}"}
    | {"≤": r"\ensuremath{\le}", "≥": r"\ensuremath{\ge}", "≠": r"\ensuremath{\ne}", "×": r"\ensuremath{\times}"}
    | {"·": r"\ensuremath{\cdot}", "√": r"\ensuremath{\surd}", "∞": r"\ensuremath{\infty}", "→": r"\ensuremath{\to}"}
    | {"∈": r"\ensuremath{\in}", "±": r"\ensuremath{\pm}", "²": r"\ensuremath{^2}", "½": r"\ensuremath{\tfrac12}"}
)


def _theory(template: str) -> Callable[..., str]:
    """A writer that puts the printed arguments in the places <0>, <1>, ... of the template."""

    def write(printer: TermPrinter, *arguments: sp.Basic) -> str:
        texts = [printer._print(argument) for argument in arguments]
        return re.sub(r"<(\d)>", lambda match: texts[int(match[1])], template)

    return write


def _write_tending(printer: TermPrinter, tag: sp.Symbol, k: sp.Basic, limit: sp.Basic) -> str:
    below = printer._print(k)
    if not printer.short_limits:
        below += rf"\,(\to {printer._print(limit)})"
    return with_index(symbol_latex(tag.name), below)


def _write_ranging(printer: TermPrinter, tag: sp.Symbol, k: sp.Basic, end: sp.Basic) -> str:
    below = printer._print(k)
    if not printer.short_limits:
        below += rf"\,(\in [0, {printer._print(end)}])"
    return with_index(symbol_latex(tag.name), below)


def _write_inner(printer: TermPrinter, name: sp.Symbol, i: sp.Basic, j: sp.Basic) -> str:
    return r" \cdot ".join(_vector(printer, name, k) for k in (i, j))


def _write_gram(printer: TermPrinter, name: sp.Symbol, i: sp.Basic, j: sp.Basic) -> str:
    return rf"\left\langle {', '.join(_vector(printer, name, k) for k in (i, j))} \right\rangle"


def _vector(printer: TermPrinter, name: sp.Symbol, index: sp.Basic) -> str:
    return with_index(symbol_latex(name.name.lower()), printer._print(index))


def _write_component(printer: TermPrinter, name: sp.Symbol, index: sp.Basic) -> str:
    return with_index(symbol_latex(name.name), printer._print(index))


def _matrix(template: str) -> Callable[..., str]:
    """A writer for a function of matrices, with letters for its row and column that its body does not use."""

    def write(printer: TermPrinter, body: sp.Basic, size: sp.Basic) -> str:
        used = {symbol.name for symbol in body.atoms(sp.Symbol)} | set(printer.letters.values())
        pair = next(pair for pair in _LETTERS if not used & set(pair))
        outer = printer.letters
        printer.letters = {**outer, row: pair[0], column: pair[1]}
        try:
            inside = printer._print(body)
        finally:
            printer.letters = outer
        texts = {"0": inside, "1": printer._print(size), "i": pair[0], "j": pair[1]}
        return re.sub(r"<(\w)>", lambda match: texts[match[1]], template)

    return write


_LETTERS = [("i", "j"), ("k", "l"), ("a", "b"), ("r", "s"), *((f"i_{{{k}}}", f"j_{{{k}}}") for k in range(1, 100))]


def _write_half_line(printer: TermPrinter, power: sp.Basic, degree: sp.Basic) -> str:
    exponent = "" if power == 1 else f"^{{{printer._print(power)}}}"
    polynomial = rf"\operatorname{{He}}_{{{printer._print(degree)}}}\left(X\right)"
    return rf"\mathbb{{E}}\left[\max\left(X, 0\right){exponent} {polynomial}\right]"


def _write_repeat(printer: TermPrinter, body: sp.Basic, t: sp.Basic, depth: sp.Basic, start: sp.Basic) -> str:
    name = printer.maps.get((sp.expand(body), t)) or rf"\left({printer._print(t)} \mapsto {printer._print(body)}\right)"
    return rf"{name}^{{({printer._print(depth)})}}\left({printer._print(start)}\right)"


def _write_limit(printer: TermPrinter, name: sp.Symbol) -> str:
    index = printer.indices.get(name.name)
    if index is None:
        return rf"\lim {printer._print(name)}"
    return rf"\lim_{{{index} \to \infty}} {with_index(symbol_latex(name.name), index)}"


def experiment_latex(name: str, *arguments: str) -> str:
    r"""An experiment and its parameters, names in words.

    >>> print(experiment_latex("quiet_neuron", "2", word_latex("a_b")))
    \text{quiet-neuron}\left(2, \text{a-b}\right)
    """
    return rf"{word_latex(name)}\left({', '.join(arguments)}\right)"


def word_latex(name: str) -> str:
    r"""A name in words, for math mode.

    >>> print(word_latex("quartile_sign"))
    \text{quartile-sign}
    """
    return rf"\text{{{escape(name.replace('_', '-'))}}}"


def _write_expectation(printer: TermPrinter, name: sp.Symbol, *values: sp.Basic) -> str:
    shown = [word_latex(v.name) if isinstance(v, sp.Symbol) else printer._print(v) for v in values]
    return rf"\mathbb{{E}}\left[{experiment_latex(name.name, *shown)}\right]"


_WRITERS: dict[str, Callable[..., str]] = {
    "dual": _theory(r"\hat\sigma\left(<0>\right)"),
    "dual_slope": _theory(r"\hat\sigma'\left(<0>\right)"),
    "dual_curvature": _theory(r"\hat\sigma''\left(<0>\right)"),
    "iterate": _theory(r"\hat\sigma^{(<0>)}\left(<1>\right)"),
    "ntk": _theory(r"\Theta^{(<0>)}\left(<1>\right)"),
    "repeat": _write_repeat,
    "steps_to": _theory(
        r"\max\left(\left\lceil \frac{\log\left(<0>\right)}{\log\left(<1>\right)} \right\rceil, 0\right)"
    ),
    "inner": _write_inner,
    "gram": _write_gram,
    "component": _write_component,
    "kronecker": _theory(r"\left[<0> = <1>\right]"),
    "smallest": _matrix(r"\lambda_{\min}\left[<0>\right]_{<i>,<j> \le <1>}"),
    "largest": _matrix(r"\lambda_{\max}\left[<0>\right]_{<i>,<j> \le <1>}"),
    "determinant": _matrix(r"\det\left[<0>\right]_{<i>,<j> \le <1>}"),
    "minimum": _matrix(r"\min_{<i> \le <1>} \left(<0>\right)"),
    "maximum": _matrix(r"\max_{<i> \le <1>} \left(<0>\right)"),
    "off_maximum": _matrix(r"\max_{<i> \ne <j> \le <1>} \left|<0>\right|"),
    "half_line_hermite": _write_half_line,
    "hermite_at_zero": _theory(r"\operatorname{He}_{<0>}\left(0\right)"),
    "limit": _write_limit,
    "tending": _write_tending,
    "ranging": _write_ranging,
    "expectation": _write_expectation,
}
