"""Reads the LaTeX of terms back into SymPy: a recursive-descent parser that shares no code with the printer."""

import re

import sympy as sp

from deepcond_sym.proof import language as lang

_TOKEN = re.compile(r"\s*(\\[A-Za-z]+|\\[,{}]|\d+|[A-Za-z]|'|!!|!|[-+/^_{}()\[\]|,:=])")
_FUNCTIONS = {
    r"\log": sp.log, r"\sin": sp.sin, r"\cos": sp.cos, r"\arcsin": sp.asin, r"\arccos": sp.acos, "erf": sp.erf,
    "erfi": sp.erfi, "sign": sp.sign, r"\sinh": sp.sinh, r"\cosh": sp.cosh,
}  # fmt: skip
_STOPS = {None, "+", "-", "}", ")", "]", ",", ":", "|", r"\right", r"\mapsto", r"\,", "=", r"\le"}


def read(latex: str, symbols: list[sp.Symbol], sequences: list[str]) -> sp.Expr:
    """The term; `symbols` are those it may contain, `sequences` the names of its functions."""
    reader = _Reader(latex, symbols, sequences)
    term = reader.sum()
    assert reader.peek() is None, f"left over: {reader.tokens[reader.at :]} in {latex}"
    return term


class _Reader:
    def __init__(self, latex: str, symbols: list[sp.Symbol], sequences: list[str]) -> None:
        self.sequences = sequences
        self.tokens = _TOKEN.findall(latex)
        assert re.sub(r"\s", "", "".join(self.tokens)) == re.sub(r"\s", "", latex), f"unknown tokens in {latex}"
        self.at = 0
        self.letters: dict[str, sp.Symbol] = {}
        self.symbols = {_plain(s.name): s for s in symbols}

    def peek(self, ahead: int = 0) -> str | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def take(self, *expected: str) -> str:
        found = ""
        for token in expected or (self.peek(),):
            found = self.tokens[self.at]
            assert found == token, f"expected {token}, found {self.tokens[self.at :]}"
            self.at += 1
        return found

    def sum(self) -> sp.Expr:
        negative = self.peek() == "-" and bool(self.take())
        total = -self.product() if negative else self.product()
        while self.peek() in ("+", "-"):
            total = total + self.product() if self.take() == "+" else total - self.product()
        return total

    def product(self) -> sp.Expr:
        total = sp.S.One
        first = True
        while first or self.peek() not in _STOPS:
            if self.peek() == r"\cdot":
                self.take()
            total, first = total * self.power(), False
        return total

    def power(self) -> sp.Expr:
        base = self.atom()
        while self.peek() in ("^", "!", "!!"):
            mark = self.take()
            base = {"!": sp.factorial, "!!": sp.factorial2}[mark](base) if mark != "^" else base ** self.group()
        return base

    def group(self) -> sp.Expr:
        self.take("{")
        inner = self.sum()
        self.take("}")
        return inner

    def bracketed(self, count: int = 1) -> list[sp.Expr]:
        """\\left( a, b \\right), or the same inside braces."""
        braces = self.peek() == "{" and bool(self.take())
        self.take(r"\left", "(")
        inner = [self.sum()]
        while self.peek() == ",":
            self.take()
            inner.append(self.sum())
        self.take(r"\right", ")")
        if braces:
            self.take("}")
        assert len(inner) == count
        return inner

    def layers(self) -> sp.Expr:
        """^{(L)}"""
        self.take("^", "{", "(")
        depth = self.sum()
        self.take(")", "}")
        return depth

    def atom(self) -> sp.Expr:
        token = self.take()
        method = getattr(self, f"_{_METHODS[token]}", None) if token in _METHODS else None
        if method is not None:
            return method()
        if token.isdigit():
            return sp.Integer(token)
        if token in _FUNCTIONS:
            return self.applied(_FUNCTIONS[token])
        if token == "e" and self.peek() == "^" and "e" not in self.symbols:
            self.take()
            return sp.exp(self.group())
        return self.named(token)

    def applied(self, head) -> sp.Expr:
        exponent = sp.S.One
        if self.peek() == "^":
            self.take()
            exponent = self.group()
        return head(*self.bracketed()) ** exponent

    def named(self, name: str) -> sp.Expr:
        """A symbol, perhaps with a fixed subscript, a member of a sequence or vector, or an inner product."""
        start = self.at - 1
        if name == r"\mathit":
            self.take("{")
            name = ""
            while self.peek() != "}":
                name += self.take()
            self.take("}")
        if name in self.letters:
            return self.letters[name]
        if self.peek() == "_":
            end = self.tokens.index("}", self.at)
            fixed = f"{name}_{''.join(self.tokens[self.at + 2 : end])}"
            if fixed in self.symbols:
                self.at = end + 1
                return self.symbols[fixed]
            self.take("_", "{")
            name = self.sequence(name)
            index = self.sum()
            if self.peek() == r"\,":
                self.take(r"\,", "(")
                if self.take() == r"\in":
                    self.take("[", "0", ",")
                    end = self.sum()
                    self.take("]", ")", "}")
                    return lang.ranging(sp.Symbol(name.strip("\\"), real=True), index, end)
                goal = self.sum()
                self.take(")", "}")
                return lang.tending(sp.Symbol(name.strip("\\"), real=True), index, goal)
            self.take("}")
            if name in self.sequences or name.strip("\\") in self.sequences:
                return lang.function(name.strip("\\"))(index)
            if self.peek() == r"\cdot":
                self.take()
                self.at, here = start, self.at
                data, index = self.vector()
                self.at = here
                return lang.inner(data, index, self.vector()[1])
            return lang.component(sp.Symbol(name.strip("\\"), real=True), index)
        if name in self.symbols:
            return self.symbols[name]
        constants = {r"\pi": sp.pi, "e": sp.E, "i": sp.I, r"\infty": sp.oo}
        assert name in constants, f"{name} is unknown"
        return constants[name]

    def sequence(self, name: str) -> str:
        """The name of a sequence, with its own subscript if it has one: p_{ab,k} is p_ab at k, S_{2,k} is S2 at k."""
        for known in self.sequences:
            word, below = re.fullmatch(r"(.*?)_?((?<=_).*|\d*)", known).groups()
            tokens = [*_TOKEN.findall(below), ","]
            if below and word == name.strip("\\") and self.tokens[self.at : self.at + len(tokens)] == tokens:
                self.at += len(tokens)
                return known
        return name

    def _frac(self) -> sp.Expr:
        return self.group() / self.group()

    def _sqrt(self) -> sp.Expr:
        degree = 2
        if self.peek() == "[":
            self.take("[")
            degree = int(self.take())
            self.take("]")
        return sp.root(self.group(), degree)

    def _left(self) -> sp.Expr:
        if self.take() == "|":
            inner = self.sum() if self.peek() != "{" else self.group()
            self.take(r"\right", "|")
            return sp.Abs(inner)
        if self.tokens[self.at - 1] == r"\langle":
            (name, i), _, (_, j) = self.vector(), self.take(","), self.vector()
            self.take(r"\right", r"\rangle")
            return lang.gram(name, i, j)
        inner = self.sum()
        if self.peek() == "=":
            self.take()
            pair = lang.kronecker(inner, self.sum())
            self.take(r"\right", "]")
            return pair
        if self.peek() == r"\mapsto":
            self.take()
            body = self.sum()
            self.take(r"\right", ")")
            return lang.repeat(body, inner, self.layers(), *self.bracketed())
        self.take(r"\right", ")")
        return inner

    def _brace(self) -> sp.Expr:
        inner = self.sum()
        self.take("}")
        return inner

    def _plain_bracket(self) -> sp.Expr:
        inner = self.sum()
        self.take(")")
        return inner

    def _hat(self) -> sp.Expr:
        self.take(r"\sigma")
        if self.peek() == "'":
            self.take()
            curved = self.peek() == "'"
            if curved:
                self.take()
            return (lang.dual_curvature if curved else lang.dual_slope)(*self.bracketed())
        if self.peek() == "^":
            return lang.iterate(self.layers(), *self.bracketed())
        return lang.dual(*self.bracketed())

    def _theta(self) -> sp.Expr:
        if self.peek() == "_":
            return self.named(r"\Theta")
        return lang.ntk(self.layers(), *self.bracketed())

    def _maximum(self) -> sp.Expr:
        if self.peek() == "_":
            return self.extremum(lang.maximum, lang.off_maximum)
        if self.tokens[self.at : self.at + 4] == [r"\left", "(", r"\left", r"\lceil"]:
            self.at += 4
            self.take(r"\frac", "{", r"\log")
            (level,) = self.bracketed()
            self.take("}", "{", r"\log")
            (ratio,) = self.bracketed()
            self.take("}", r"\right", r"\rceil", ",", "0", r"\right", ")")
            return lang.steps_to(level, ratio)
        return sp.Max(*self.bracketed(2))

    def _minimum(self) -> sp.Expr:
        if self.peek() == "_":
            return self.extremum(lang.minimum)
        return sp.Min(*self.bracketed(2))

    def _determinant(self) -> sp.Expr:
        return self.matrix(lang.determinant)

    def _lowest(self) -> sp.Expr:
        if self.tokens[self.at : self.at + 4] not in (["_", "{", r"\min", "}"], ["_", "{", r"\max", "}"]):
            return self.named(r"\lambda")
        self.take("_", "{")
        head = lang.smallest if self.take() == r"\min" else lang.largest
        self.take("}")
        return self.matrix(head)

    def matrix(self, head) -> sp.Expr:
        r"""\left[ body \right]_{i,j \le n}: the letters stand behind the body that they are bound in."""
        self.take(r"\left", "[")
        depth, end = 1, self.at
        while depth:
            depth += {r"\left": 1, r"\right": -1}.get(self.tokens[end], 0)
            end += 1
        i, comma, j = self.tokens[end + 3 : end + 6]
        assert comma == ","
        body = self.bound({i: lang.row, j: lang.column})
        self.take(r"\right", "]", "_", "{", i, ",", j, r"\le")
        size = self.sum()
        self.take("}")
        return head(body, size)

    def bound(self, letters: dict[str, sp.Symbol]) -> sp.Expr:
        """A sum in which these letters are indices."""
        outer, self.letters = self.letters, {**self.letters, **letters}
        body = self.sum()
        self.letters = outer
        return body

    def extremum(self, of_rows, off_diagonal=None) -> sp.Expr:
        r"""_{i \le n} \left( body \right) or _{i \ne j \le n} \left| body \right|."""
        self.take("_", "{")
        letters, head, brackets = {self.take(): lang.row}, of_rows, "()"
        if self.peek() == r"\ne":
            self.take()
            letters[self.take()], head, brackets = lang.column, off_diagonal, "||"
        self.take(r"\le")
        size = self.sum()
        self.take("}", r"\left", brackets[0])
        body = self.bound(letters)
        self.take(r"\right", brackets[1])
        return head(body, size)

    def vector(self) -> tuple[sp.Symbol, sp.Expr]:
        """x_{i}: the name of the data and the index."""
        name = self.take()
        self.take("_")
        return next(s for s in self.symbols.values() if s.name.lower() == name), self.group()

    def _operator(self) -> sp.Expr:
        self.take("{")
        name = ""
        while self.peek() != "}":
            name += self.take()
        self.take("}")
        if name == "He":
            self.take("_")
            degree = self.group()
            assert self.bracketed() == [sp.S.Zero]
            return lang.hermite_at_zero(degree)
        return self.applied(_FUNCTIONS[name])

    def word(self) -> sp.Symbol:
        r"""\text{a-b} for the name a_b."""
        self.take(r"\text", "{")
        name = ""
        while self.peek() != "}":
            name += self.take()
        self.take("}")
        return sp.Symbol(name.replace("-", "_"), real=True)

    def _expectation(self) -> sp.Expr:
        self.take("{", "E", "}", r"\left", "[")
        if self.peek() == r"\text":
            values = [self.word()]
            self.take(r"\left", "(")
            while self.peek() != r"\right":
                values.append(self.word() if self.peek() == r"\text" else self.sum())
                if self.peek() == ",":
                    self.take()
            self.take(r"\right", ")", r"\right", "]")
            return lang.expectation(*values)
        self.take(r"\max", r"\left", "(", "X", ",", "0", r"\right", ")")
        power = sp.S.One
        if self.peek() == "^":
            self.take()
            power = self.group()
        self.take(r"\operatorname", "{", "H", "e", "}", "_")
        degree = self.group()
        self.take(r"\left", "(", "X", r"\right", ")", r"\right", "]")
        return lang.half_line_hermite(power, degree)

    def _limit(self) -> sp.Expr:
        return lang.limit(self.named(self.take()))

    def _series(self) -> sp.Expr:
        return self.bounded(sp.Sum)

    def _prod(self) -> sp.Expr:
        return self.bounded(sp.Product)

    def bounded(self, head) -> sp.Expr:
        self.take("_", "{")
        index = self.named(self.take())
        self.take("=")
        low = self.sum()
        self.take("}", "^")
        high = self.group()
        return head(self.product(), (index, low, high))


_METHODS = {
    r"\frac": "frac",
    r"\sqrt": "sqrt",
    r"\left": "left",
    "{": "brace",
    "(": "plain_bracket",
    r"\hat": "hat",
    r"\max": "maximum",
    r"\min": "minimum",
    r"\lambda": "lowest",
    r"\Theta": "theta",
    r"\mathbb": "expectation",
    r"\det": "determinant",
    r"\lim": "limit",
    r"\sum": "series",
    r"\prod": "prod",
    r"\operatorname": "operator",
}

_GREEK = {
    *("alpha", "beta", "gamma", "delta", "epsilon", "eta", "theta", "kappa", "lambda", "mu", "nu", "rho", "sigma"),
    *("tau", "phi", "xi", "zeta", "chi", "psi", "omega"),
}


def _plain(name: str) -> str:
    """The LaTeX by which the reader knows a symbol: a letter or Greek name with its subscript, or the word itself."""
    word, digits, rest = re.fullmatch(r"([A-Za-z]+)(\d*)((?:_\w+)?)", name).groups()
    below = ",".join(filter(None, [digits, rest.strip("_")]))
    return (f"\\{word}" if word in _GREEK else word) + (f"_{below}" if below else "")
