"""Reads the LaTeX of terms back into SymPy: a recursive-descent parser that shares no code with the printer."""

import re

import sympy as sp

from deepcond_sym.proof import language as lang

_TOKEN = re.compile(r"\s*(\\[A-Za-z]+|\\[,{}]|\d+|[A-Za-z]|'|!!|!|[-+/^_{}()\[\]|,:=])")
_FUNCTIONS = {
    r"\log": sp.log, r"\sin": sp.sin, r"\cos": sp.cos, r"\arcsin": sp.asin, r"\arccos": sp.acos, "erf": sp.erf,
    "erfi": sp.erfi, "sign": sp.sign, r"\sinh": sp.sinh, r"\cosh": sp.cosh,
}  # fmt: skip
_STOPS = {None, "+", "-", "}", ")", "]", ",", ":", "|", r"\right", r"\mapsto", r"\succeq", r"\,", "="}


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
        """A symbol, perhaps with a fixed subscript, or a member of a sequence."""
        if name == r"\mathit":
            self.take("{")
            name = ""
            while self.peek() != "}":
                name += self.take()
            self.take("}")
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
            return lang.function(name.strip("\\"))(index)
        if name in self.symbols:
            return self.symbols[name]
        constants = {r"\pi": sp.pi, "e": sp.E, "i": sp.I, r"\infty": sp.oo}
        assert name in constants, f"{name} is unknown"
        return constants[name]

    def sequence(self, name: str) -> str:
        """The name of a sequence, with its own subscript if it has one: p_{ab,k} is p_ab at k."""
        for known in self.sequences:
            word, _, below = known.partition("_")
            tokens = [*below, ","]
            if below and word == name and self.tokens[self.at : self.at + len(tokens)] == tokens:
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
        inner = self.sum()
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
            return lang.dual_slope(*self.bracketed())
        if self.peek() == "^":
            return lang.iterate(self.layers(), *self.bracketed())
        return lang.dual(*self.bracketed())

    def _theta(self) -> sp.Expr:
        if self.peek() == "_":
            return self.named(r"\Theta")
        return lang.ntk(self.layers(), *self.bracketed())

    def _maximum(self) -> sp.Expr:
        if self.peek() == "_":
            self.take("_", "{", "i", r"\ne", "j", "}", r"\left", "|")
            tangent, depth = self.kernel()
            self.take("_", "{", "i", "j", "}", r"\right", "|")
            if tangent:
                self.over_its_diagonal(depth)
            return (lang.ntk_off_diagonal if tangent else lang.off_diagonal)(depth)
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
        return sp.Min(*self.bracketed(2))

    def kernel(self) -> tuple[bool, sp.Expr]:
        """K^(L) or Theta^(L): whether it is the tangent kernel, and L."""
        tangent = self.peek() == r"\Theta"
        self.take(*((r"\Theta",) if tangent else (r"\bar", "K")))
        return tangent, self.layers()

    def over_its_diagonal(self, depth: sp.Expr) -> None:
        self.take("/", r"\Theta")
        assert self.layers() == depth
        self.take("_", "{", "11", "}")

    def full_rank(self) -> bool:
        """Whether the data are those with K^(0) >= delta I, and the end of the bracket."""
        full = self.peek() == ":"
        if full:
            self.take(":", "K", "^", "{", "(", "0", ")", "}", r"\succeq", r"\delta", "I")
        self.take(r"\right", ")")
        return full

    def _kappa(self) -> sp.Expr:
        if self.peek(2) not in (r"\bar", r"\Theta"):
            return self.named(r"\kappa")  # a variable of that name
        self.take(r"\left", "(")
        tangent, depth = self.kernel()
        if self.full_rank():
            return (lang.ntk_full_rank_condition if tangent else lang.full_rank_condition)(depth)
        return (lang.ntk_condition if tangent else lang.condition)(depth)

    def _lowest(self) -> sp.Expr:
        if self.peek() != "_":
            return self.named(r"\lambda")
        self.take("_", "{", r"\min", "}", r"\left", "(")
        if self.peek() != r"\hat":
            tangent, depth = self.kernel()
            if tangent:
                self.over_its_diagonal(depth)
            assert self.full_rank()
            return (lang.ntk_least_eigenvalue if tangent else lang.least_eigenvalue)(depth)
        self.take(r"\hat", r"\sigma", "[", "K", "]", ":", "K", r"\succeq")
        delta = self.product_before_identity()
        self.take(r"\right", ")")
        return lang.floor_eigenvalue(delta)

    def product_before_identity(self) -> sp.Expr:
        end = self.tokens.index("I", self.at)
        inner = _Reader(" ".join(self.tokens[self.at : end]), list(self.symbols.values()), self.sequences).sum()
        self.at = end + 1
        return inner

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
    r"\kappa": "kappa",
    r"\lambda": "lowest",
    r"\Theta": "theta",
    r"\mathbb": "expectation",
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
