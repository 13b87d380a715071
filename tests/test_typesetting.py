"""Formulas of docstrings and laws become TeX that says the same."""

from __future__ import annotations

import re

import pytest

from dashboard.details.docstrings import docstring_markdown
from dashboard.details.typesetting import formula_markdown, prose_markdown, tex
from sim.experiment import ROLES
from sim.metrics import metrics
from sim.presets import presets
from sim.theory import laws

DOCS = {
    **{f"{role}:{variant.kind_name()}": variant.__doc__ or "" for role, variants in ROLES.items() for variant in variants},
    **{name: metric.help for name, metric in metrics().items()},
}
FORMULAS = sorted({formula for doc in DOCS.values() for formula in re.findall(r"\$([^$]+)\$", doc)})
LAWS = sorted({law.formula for preset in presets().values() for law in laws(preset.experiment)})


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("n^(-1/(d+4))", "n^{-1/(d+4)}"),
        ("sqrt(1 - f^2)", r"\sqrt{1 - f^{2}}"),
        ("pi/sqrt n", r"\pi /\sqrt{n}"),
        ("√(D + G/n)", r"\sqrt{D + G/n}"),
        ("x_ij + I_dim", r"x_{ij} + I_{\text{dim}}"),
        ("{-4, 0}^2", r"\{-4, 0\}^{2}"),
        ("s² λᵗ V₀", r"s^{2} \lambda ^{t} V_{0}"),
        ("p(w | h) and |x|", r"p(w\mid h)\text{ and }|x|"),
        ("KL(q || p) <= 1,000", r"\text{KL}(q \parallel p) \le 1{,}000"),
        ("n 2 h", r"n\cdot 2 h"),
        ("C1^(1/2)", "C_{1}^{1/2}"),
        ("exp(entropy per token)", r"\exp (\text{entropy per token})"),
    ],
)
def test_a_formula_becomes_tex(formula: str, expected: str) -> None:
    assert tex(formula) == expected


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        ("1 for ever", "$1$ for ever"),
        ("V₀ ∏ (1 − 1/(n s²)), s = 1 … t", r"$V_{0} \prod (1 - 1/(n s^{2}))$, $s = 1 \dots t$"),
        ("D = a V₀, a the real share", "$D = a V_{0}$, $a$ the real share"),
        ("constant: on average a word wins as much as it loses", "constant: on average a word wins as much as it loses"),
        ("(λ (n − 1)/(n − ddof))ᵗ", r"$(\lambda (n - 1)/(n -\text{ ddof}))^{t}$"),
    ],
)
def test_a_law_is_formula_and_words(law: str, expected: str) -> None:
    assert formula_markdown(law) == expected


def test_there_are_formulas_to_set() -> None:
    assert len(FORMULAS) > 90
    assert len(LAWS) > 12
    assert {name for name, doc in DOCS.items() if doc.count("$") % 2} == set()


def atoms(text: str) -> list[str]:
    """The letters and digits of a formula in their order, whatever stands between them."""
    spelt = re.sub(r"\\(?:text|operatorname|mathbb|sqrt)\b", "", text).translate(str.maketrans("₀₁₂₃₄⁰¹²³⁴ᵗᵏ", "0123401234tk"))
    return re.findall("[A-Za-z0-9]", re.sub(r"\\(?:le|to|sim|cdot|times|dots|parallel|mid)\b", "", spelt))


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_of_a_formula_is_lost(formula: str) -> None:
    found = tex(formula)
    assert atoms(found) == [atom for atom in atoms(formula.replace("sqrt", "")) if atom]
    assert found.replace("\\{", "").replace("\\}", "").count("{") == found.replace("\\{", "").replace("\\}", "").count("}")


@pytest.mark.parametrize("formula", LAWS)
def test_the_words_of_a_law_are_no_formula(formula: str) -> None:
    said = formula_markdown(formula)
    words = " ".join(re.sub(r"\$[^$]*\$", " ", said).split())
    assert not re.search(r"[=√ψ∏ΣᵗλG₀]", words), words
    outside = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", formula)
    assert [word for word in re.findall("[a-z]{4,}", outside) if word not in ("sqrt",)] == re.findall("[a-z]{4,}", words)


def test_prose_is_shown_as_it_is_written() -> None:
    assert prose_markdown("a_b * c <i> [x] `knob_name`") == r"a\_b \* c \<i\> \[x\] `knob_name`"
    assert prose_markdown("doi 10.1016/0047-259X(82)90077-X. Next") == (
        "[doi 10.1016/0047-259X(82)90077-X](https://doi.org/10.1016/0047-259X(82)90077-X). Next"
    )


@pytest.mark.parametrize("name", DOCS)
def test_a_definition_keeps_its_parts(name: str) -> None:
    said = docstring_markdown(DOCS[name])
    labels = re.findall(r"^    (Law|Edges|Names|References|Memory):", DOCS[name], re.MULTILINE)
    assert re.findall(r"^\*\*(\w+):\*\*", said, re.MULTILINE) == labels
    assert said.count("https://arxiv.org/abs/") == len(re.findall(r"arXiv\s+\d", DOCS[name]))
