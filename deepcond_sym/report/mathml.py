"""LaTeX as MathML for a web page without scripts: converted by latex2mathml, then repaired and checked."""

import re
from functools import lru_cache
from xml.etree import ElementTree

from markupsafe import Markup

_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup"),
    *("munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose"),
}
_ATTRIBUTES = {
    *("accent", "accentunder", "columnalign", "columnspacing", "display", "displaystyle", "fence", "form"),
    *("linethickness", "lspace", "mathvariant", "maxsize", "minsize", "movablelimits", "rowspacing", "rspace"),
    *("scriptlevel", "separator", "stretchy", "width"),
}
_ALIGNED = {"aligned": "align*", "split": "align*", "align": "align*", "gathered": "gather*", "gather": "gather*"}

_SYNONYMS = {"implies": r"\;\Longrightarrow\;", "iff": r"\;\Longleftrightarrow\;"}


def mathml(latex: str, *, display: bool = False) -> Markup:
    r"""The formula as a <math> element; as <code> with the LaTeX itself where it uses what cannot be converted.

    >>> print(mathml(r"\rho < 1"))
    <math display="inline"><mrow><mi>ρ</mi><mo>&lt;</mo><mn>1</mn></mrow></math>
    >>> print(mathml(r"\nosuchmacro{<b>}"))
    <code>\nosuchmacro{&lt;b&gt;}</code>
    """
    converted = _converted(latex, display)
    return Markup("<code>{}</code>").format(latex) if converted is None else Markup(converted)


def display_parts(latex: str) -> list[str]:
    r"""A displayed formula cut at its outermost \quad, \qquad and \\, so that a page can wrap it.

    >>> display_parts(r"a \le b \quad \text{for } b > 0")
    ['a \\le b', '\\text{for } b > 0']
    """
    parts, depth, start = [], 0, 0
    for match in re.finditer(
        r"\\\\|\\begin\b|\\end\b|\\q?quad(?![a-zA-Z])|\\left(?![a-zA-Z])|\\right(?![a-zA-Z])|\\.|[{}]", latex
    ):
        found = match[0]
        if found in ("{", r"\left", r"\begin"):
            depth += 1
        elif found in ("}", r"\right", r"\end"):
            depth -= 1
        elif depth == 0 and found in (r"\\", r"\quad", r"\qquad"):
            parts.append(latex[start : match.start()])
            start = match.end()
    return [part.strip() for part in [*parts, latex[start:]] if part.strip()]


@lru_cache(maxsize=4096)
def _converted(latex: str, display: bool) -> str | None:
    from latex2mathml.converter import convert

    try:
        text = convert(_prepared(latex), display="block" if display else "inline")
        root = ElementTree.fromstring(re.sub(r"&(?!#?\w+;)", "&amp;", text))
    except Exception:
        # on LaTeX it does not know the converter raises a score of types, IndexError among them: show the source
        return None
    for element in root.iter():
        element.tag = element.tag.removeprefix(_NAMESPACE)
        element.attrib = {key: value for key, value in element.attrib.items() if key in _ATTRIBUTES}
        if element.tag not in _ELEMENTS or "\\" in (element.text or ""):
            return None
    _name_operators(root)
    return ElementTree.tostring(root, encoding="unicode")


def _prepared(latex: str) -> str:
    r"""In other words what latex2mathml reads wrongly: aligned environments, big brackets, text like markup."""
    for name, known in _ALIGNED.items():
        latex = re.sub(rf"\\(begin|end)\{{{name}\}}", rf"\\\1{{{re.escape(known)}}}".replace(r"\*", "*"), latex)
    latex = re.sub(r"\\[bB]igg?[lrm]?(?![a-zA-Z])", "", latex)
    for name, known in _SYNONYMS.items():
        latex = re.sub(rf"\\{name}(?![a-zA-Z])", lambda _, to=known: to, latex)
    latex = re.sub(r"\\bar ?(\{[^{}]*\}|[A-Za-z])", r"\\overline{\1}", latex)
    return re.sub(r"\\text\{([^{}]*)\}", lambda m: rf"\text{{{_harmless(m[1])}}}", latex)


def _harmless(text: str) -> str:
    return (
        text.replace(r"\&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace(r"\%", "%").replace(r"\_", "_")
    )


def _name_operators(parent: ElementTree.Element) -> None:
    """log, max and the like: upright names, with a thin space towards what is not in brackets, and no wide gaps."""
    children = list(parent)
    for child in children:
        _name_operators(child)
        if child.tag in ("mo", "mi") and len(child.text or "") > 1 and (child.text or "").isalpha():
            child.tag = "mi"
            child.attrib.clear()
        elif child.tag == "mo" and (child.text or " ") in "()[]{}|⌈⌉":
            child.attrib |= {"lspace": "0", "rspace": "0"}
    if parent.tag not in ("mrow", "math", "mtd", "mstyle"):
        return
    for child in reversed(children):
        if not _is_name(child):
            continue
        place = list(parent).index(child)
        if place + 1 < len(parent) and not _is_bracket(parent[place + 1]):
            parent.insert(place + 1, _thin_space())
        if place > 0 and parent[place - 1].tag not in ("mo", "mspace", "mtext"):
            parent.insert(place, _thin_space())


def _is_name(element: ElementTree.Element) -> bool:
    if element.tag in ("msub", "msup", "msubsup", "munder") and len(element):
        return _is_name(element[0])
    return element.tag == "mi" and len(element.text or "") > 1 and (element.text or "").isalpha()


def _is_bracket(element: ElementTree.Element) -> bool:
    while element.tag in ("mrow", "msup", "msub") and len(element):
        element = element[0]
    return element.tag in ("mo", "mspace")


def _thin_space() -> ElementTree.Element:
    return ElementTree.Element("mspace", {"width": "0.167em"})
