"""Formulas set as formulas: what code writes in one line, `E[V_t] = (1 - 1/n)^t V_0` or `V₀ (1 − 1/n)ᵗ`, becomes TeX.

Formulas are declared once, in the docstrings and the laws of `sim`, where they must read well in a terminal too. In a docstring a
formula stands between dollar signs; the formula of a law is one from its beginning, and has words behind or between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

GREEK: Final = {
    **{"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "θ": "theta", "λ": "lambda", "μ": "mu", "π": "pi"},
    **{"ρ": "rho", "σ": "sigma", "φ": "varphi", "ψ": "psi", "ω": "omega"},
}
FUNCTIONS: Final = frozenset({"exp", "ln", "log", "sin", "cos", "min", "max"})
OPERATORS: Final = frozenset({"fit", "keep", "tr", "var", "mean", "median", "softplus", "decoder"})
"""Names that stand upright and are followed by what they are of."""

SYMBOLS: Final = {
    **{"sum": r"\sum ", "prod": r"\prod ", "Σ": r"\sum ", "∏": r"\prod ", "in": r"\in ", "pi": r"\pi ", "beta": r"\beta "},
    **{"gamma": r"\gamma ", "<=": r"\le ", ">=": r"\ge ", "->": r"\to ", "~": r"\sim ", "*": r"\cdot ", "×": r"\times "},
    **{"...": r"\dots ", "…": r"\dots ", "−": "-", "||": r"\parallel ", " | ": r"\mid ", "′": "'", "%": r"\%", "{": r"\{", "}": r"\}"},
    **{name: f"\\{name} " for name in FUNCTIONS},
    **{name: f"\\operatorname{{{name}}}" for name in OPERATORS},
    **{letter: f"\\{name} " for letter, name in GREEK.items()},
}
RAISED: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ᵗᵏ⁺⁻", "0123456789tk+-", strict=True))
LOWERED: Final = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))

_TOKEN: Final = re.compile(
    rf"(?P<raised>[{''.join(RAISED)}]+)|(?P<lowered>[{''.join(LOWERED)}]+)|(?P<number>\d+(?:[.,]\d+)*)|"
    r"(?P<name>[A-Za-z]+)(?P<index>\d*)|(?P<sign><=|>=|->|\|\|| \| |\.\.\.|\S)|(?P<space>\s+)"
)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'-]+")
_MARKED: Final = re.compile(r"\$([^$]+)\$")
_ARXIV: Final = re.compile(r"arXiv (\d{4}\.\d{4,5})")
_DOI: Final = re.compile(r"doi (10\.\d{4,}/[^\s;,]*[^\s;,.)])")
_ESCAPED: Final = re.compile(r"[\\*_~<>$\[\]^#]")


def tex(formula: str) -> str:
    r"""A formula as TeX.

    >>> tex("E[V_t] = V_0 prod_{s<=t} (1 - 1/(n s^2))"), tex("sqrt(1 - f^2)"), tex("n^(-1/(d+4))")
    ('\\mathbb{E}[V_{t}] = V_{0} \\prod _{s\\le t} (1 - 1/(n s^{2}))', '\\sqrt{1 - f^{2}}', 'n^{-1/(d+4)}')
    >>> tex("V₀ (1 − 1/n)ᵗ")
    'V_{0} (1 - 1/n)^{t}'
    """
    return _set(formula).strip()


def formula_markdown(formula: str) -> str:
    r"""The formula of a law as Markdown: what is a formula between dollar signs, words as they are.

    >>> formula_markdown("V₀ ψ((n − 1)/2), ψ the digamma function")
    '$V_{0} \\psi ((n - 1)/2)$, $\\psi$ the digamma function'
    """
    return "".join(_clauses(formula))


def prose_markdown(text: str) -> str:
    r"""A docstring's prose as Markdown, with its formulas set and its sources as links.

    >>> prose_markdown("Falls by $(1 - 1/n)^t$, a_b; Kazdan et al. 2024, arXiv 2410.16713.")
    'Falls by $(1 - 1/n)^{t}$, a\\_b; Kazdan et al. 2024, [arXiv 2410.16713](https://arxiv.org/abs/2410.16713).'
    """
    parts = _MARKED.split(text)
    return "".join(f"${tex(part)}$" if at % 2 else _plain(part) for at, part in enumerate(parts))


def sources_markdown(text: str) -> str:
    """A reference as Markdown: papers with a number are links."""
    return _plain(text)


def _plain(text: str) -> str:
    code = text.split("`")
    escaped = "`".join(part if at % 2 else _ESCAPED.sub(r"\\\g<0>", part) for at, part in enumerate(code))
    linked = _ARXIV.sub(r"[arXiv \1](https://arxiv.org/abs/\1)", escaped)
    return _DOI.sub(lambda found: f"[doi {found[1]}](https://doi.org/{found[1].replace(chr(92), '')})", linked)


def _clauses(formula: str) -> Iterator[str]:
    """Stretches of formula and of words, in turn; a word in brackets belongs to the formula."""
    at, after_word = 0, False
    for word in _WORD.finditer(formula):
        before = formula[: word.start()]
        if word[0] in SYMBOLS or word[0] == "sqrt" or before.count("(") > before.count(")"):
            continue
        yield from _stretch(formula[at : word.start()], between_words=after_word)
        yield word[0]
        at, after_word = word.end(), True
    yield from _stretch(formula[at:], between_words=False)


def _stretch(text: str, *, between_words: bool) -> Iterator[str]:
    """Formulas and what stands between them: a formula ends at a comma outside brackets, and an article is none."""
    for part in re.split(r"([,;:] (?![^()]*\)))", text):
        formula = part.strip(" .")
        if not formula or formula in ",;:" or (between_words and formula == "a"):
            yield part
        else:
            yield part.replace(formula, f"${tex(formula)}$", 1)


def _set(text: str) -> str:
    """Pieces of a formula, one after the other; a piece that is words has the spaces around it."""
    pieces, at = list[tuple[str, str]](), 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found is not None, text
        at = found.end()
        if (mark := found["sign"]) in ("^", "_"):
            group, at = _group(text, at)
            pieces.append(("math", f"{mark}{{{group if mark == '_' and re.fullmatch('[a-z]{2}', group) else _set(group)}}}"))
        elif found["name"] == "sqrt" or mark == "√":
            group, at = _group(text, at + (text[at : at + 1] == " "))
            pieces.append(("math", f"\\sqrt{{{_set(group)}}}"))
        else:
            pieces.append(_piece(found, text[at : at + 1]))
    return _joined(pieces)


def _piece(found: re.Match[str], following: str) -> tuple[str, str]:
    """What a token is (math, number, name, word or space) and how it is written; it takes nothing from behind it."""
    name, whole = found["name"], found[0]
    if found["raised"] or found["lowered"]:
        sign, digits = ("^", RAISED) if found["raised"] else ("_", LOWERED)
        return "math", f"{sign}{{{''.join(digits[one] for one in whole)}}}"
    if found["number"]:
        return "number", whole.replace(",", "{,}")
    if name is None:
        return "space" if found["space"] else "math", SYMBOLS.get(whole, whole)
    index = f"_{{{found['index']}}}" if found["index"] else ""
    if name == "E" and following == "[":
        return "math", r"\mathbb{E}"
    if name in SYMBOLS:
        return "math", SYMBOLS[name] + index
    if len(name) > 1 and not index:
        return "word", name
    return "name", (name if len(name) == 1 else f"\\text{{{name}}}") + index


def _joined(pieces: list[tuple[str, str]]) -> str:
    """The pieces as one text. Spaces count beside words only; a number behind a name is multiplied with it."""
    kinds = ["", *(kind for kind, _ in pieces), ""]
    beside = list(zip(kinds, kinds[2:], strict=False))
    known = [
        ("word", " ")
        if kind == "space" and "word" in around
        else (kind, r"\cdot " if kind == "space" and around == ("name", "number") else written)
        for (kind, written), around in zip(pieces, beside, strict=True)
    ]
    runs = ((words, "".join(written for _, written in run)) for words, run in groupby(known, lambda piece: piece[0] == "word"))
    return re.sub(" +", " ", "".join(f"\\text{{{run}}}" if words else run for words, run in runs))


def _group(text: str, at: int) -> tuple[str, int]:
    """What a raised, lowered or rooted thing is, without its brackets, and where it ends."""
    opening = text[at : at + 1]
    if opening in ("(", "{"):
        closing, depth = {"(": ")", "{": "}"}[opening], 0
        for end in range(at, len(text)):
            depth += (text[end] == opening) - (text[end] == closing)
            if depth == 0:
                return text[at + 1 : end], end + 1
    found = re.compile(r"-?(?:\d+(?:\.\d+)?|[A-Za-z]+|.)").match(text, at)
    assert found is not None, text
    return found[0], found.end()
