"""Text sources: real prose that is split once, a grammar whose truth is exact, and texts that visitors bring."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dashboard.figures import View
from dashboard.player.payload import default_curves, payload
from sim import Experiment, SpecError, simulate
from sim.links import from_link, to_link
from sim.sources._passages import corpus
from sim.sources.grammar import RULES, Grammar, _automaton  # pyright: ignore[reportPrivateUsage]
from sim.sources.own_text import MOST_TEXTS, OwnText, add
from sim.sources.text import Text, prose
from sim.store.results import write
from sim.streams import Streams
from sim.tokens import UNKNOWN

AGREES = 4.5
NOVEL = " ".join(f"The {a} {b} saw {c} and said nothing of it." for a in ("old", "red") for b in "abcdefg" for c in "stuvwxyz")


def joined(source: Any, part: Any) -> str:
    return source.space.joiner.join(source.space.words[token] for token in part.tolist())


def test_the_prose_is_prose() -> None:
    text = prose()
    assert 150_000 < len(text) < 600_000
    assert text.isascii()
    assert not set('*"') & set(text)
    assert "  " not in text
    assert sum(c.isalpha() or c == " " for c in text) > 0.9 * len(text)


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_no_held_out_passage_is_drawn_and_every_passage_is_the_text(unit: Any) -> None:
    source = Text(unit=unit, vocabulary=2000)
    reference, drawn = source.reference(), source.sample(2, 200, Streams(1, 0)).reshape(-1, 64)
    assert reference.training is not None
    training = f" {joined(source, reference.training)} "
    for passage in drawn[:100]:
        assert joined(source, passage) in training
    held_out = [joined(source, passage) for passage in reference.rows[:150]]
    assert sum(passage in training for passage in held_out) < len(held_out) / 10
    assert len(reference.rows) >= 50


def test_passages_begin_with_words_and_tokens_are_numbered_from_common_to_rare() -> None:
    source = Text()
    drawn = source.sample(1, 400, Streams(1, 0))[0]
    assert not (drawn[:, 0] == source.space.words.index(" ")).any()
    assert source.reference().training is not None
    counts = np.bincount(source.reference().training, minlength=source.space.vocabulary)  # pyright: ignore
    assert (np.diff(counts[:-1]) <= 0).all()
    assert source.space.words[-1] == UNKNOWN


def test_the_frequencies_of_the_reference_are_those_of_fresh_passages() -> None:
    for source in (Text(), Grammar(), OwnText()):
        drawn, p = source.sample(1, 4000, Streams(2, 0))[0], source.reference().probabilities
        assert p is not None
        shares = np.stack([(drawn == token).mean(axis=1) for token in range(30)])
        error = np.maximum(shares.std(axis=1) / np.sqrt(len(drawn)), 1e-9)
        assert (np.abs(shares.mean(axis=1) - p[:30]) < AGREES * error + 1e-12).all()
        assert drawn.mean() == pytest.approx(source.reference().mean.mean(), rel=0.05)


def test_rare_words_are_one_unknown_word() -> None:
    found = corpus("a a b b c " * 30 + "once", "words", 3)
    assert found.words == ("a", "b", UNKNOWN)
    assert (found.training == 2).sum() > 0
    assert corpus(f"ab{UNKNOWN}" * 100, "characters", 50).words == ("a", "b", UNKNOWN)


def test_versions_and_checksums_are_recorded_with_the_run(tmp_path: Path) -> None:
    told = {"source": {"kind": "text"}, "family": {"kind": "ngram"}, "n": 5, "generations": 1, "replicates": 1}
    write(simulate(Experiment.model_validate(told), []), tmp_path)
    found = json.loads((tmp_path / "provenance.json").read_text("utf-8"))
    assert found["python"] == platform.python_version()
    assert len(found["sha256"]) == 64
    assert int(found["characters"]) == len(prose())


def test_rules_leave_no_chance_over_and_no_word_has_two_readings() -> None:
    for place, rules in RULES.items():
        assert sum(chance for chance, _, _ in rules) == pytest.approx(1)
        assert len({kind for _, kind, _ in rules}) == len(rules), place
        assert all(target in RULES for _, _, target in rules)
    for vocabulary in (50, 200, 1000):
        machine = _automaton(vocabulary, 1.0)
        assert len(set(machine.words)) == vocabulary
        np.testing.assert_allclose(machine.probabilities.sum(axis=1), 1)


def test_the_grammars_probabilities_sum_to_one_over_all_passages() -> None:
    """Summed by the automaton's own steps, token by token, over every passage of three tokens."""
    machine = _automaton(50, 1.0)
    every = np.stack(np.meshgrid(*[np.arange(50)] * 3, indexing="ij"), axis=-1).reshape(-1, 3).astype(np.int32)
    p = np.exp(machine.log_prob(every))
    assert p.sum() == pytest.approx(1)
    assert -(p[p > 0] * np.log(p[p > 0])).sum() == pytest.approx(machine.entropy(3))
    drawn = machine.sample(np.random.default_rng(0).random((20_000, 3)))
    common = np.argsort(-p)[:30]
    seen = (drawn @ [2500, 50, 1])[:, None] == (every[common] @ [2500, 50, 1])
    assert (np.abs(seen.mean(axis=0) - p[common]) < AGREES * np.sqrt(p[common] / 20_000)).all()


def test_verbs_agree_with_their_subjects() -> None:
    source = Grammar()
    for passage in source.sample(1, 300, Streams(3, 0))[0]:
        for sentence in source.space.passage(passage).split(" . "):
            words = sentence.split()
            verb = next((word for word in words if word.endswith(("ates", "ate"))), None)
            if verb and words[0] in ("a", "this", "every", "another", "some", "these", "all", "most"):
                assert verb.endswith("ates") == (words[0] in ("a", "this", "every", "another"))


def test_a_visitors_text_is_kept_by_its_checksum_only() -> None:
    checksum = add(NOVEL)
    experiment = Experiment.model_validate({"source": {"kind": "own_text", "checksum": checksum}, "family": {"kind": "ngram"}, "n": 20})
    link = to_link(experiment)
    assert link["source.checksum"] == checksum
    assert "nothing" not in json.dumps(link) + experiment.to_json() + repr(experiment) + json.dumps(dict(experiment.source.provenance))
    assert from_link(link) == experiment
    assert add(NOVEL.encode() + b"\n\n") == add(b"\xef\xbb\xbf" + NOVEL.encode()) == checksum
    assert "said nothing" in joined(experiment.source, experiment.source.reference().training)
    assert simulate(experiment.but(generations=2, replicates=2), ["held_out_perplexity"]).ending.kind == "completed"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "text must be at least 2,000 characters"),
        (b"too short", r"text must be at least 2,000 characters, white space counted once; got 9\."),
        (b" " * 900_000, r"text must be at least 2,000 .* got 0\."),
        (b"a" * 100_000, r"text must be written with at least 5 different characters; got 1\."),
        (b"x" * 50_000_000, r"text must be at most 2,097,152 bytes; got 50,000,000 bytes\."),
        (("é" * 5000).encode("latin-1"), r"text must be plain text in UTF-8; got the byte 0xe9 at place 1\."),
        ("words ".encode("utf-16") * 2000, r"text must be plain text in UTF-8"),
        (
            b"\x00\x01\x02\x03 text" * 1000,
            r"text must be plain text; got a control character \(0x0\)\. It stands in line 1, column 1\. Take it out\.",
        ),
        (b"\x80\x04\x95\x00cos\nsystem\n" * 300, r"text must be plain text in UTF-8; got the byte 0x80"),
        ("\ud800" * 3000, r"text must be plain text in UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_a_sentence(data: Any, sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence) as refusal:
        add(data)
    assert refusal.value.where == "text"
    assert str(refusal.value).endswith(".")


def test_a_text_that_is_gone_must_be_brought_again() -> None:
    with pytest.raises(SpecError, match=r"source.checksum must be that of a text this server holds; got 'gone'. Upload the text again."):
        Experiment.model_validate({"source": {"kind": "own_text", "checksum": "gone"}, "family": {"kind": "ngram"}})
    first = add(NOVEL + " First.")
    for number in range(MOST_TEXTS):
        add(f"{NOVEL} Number {number}.")
    with pytest.raises(SpecError, match=r"Upload the text again"):
        OwnText(checksum=first)
    assert OwnText().space.words


def test_passages_longer_than_the_text_allows_are_refused() -> None:
    checksum = add(NOVEL[:2100])
    with pytest.raises(SpecError, match=r"length must be at most [0-9]+, because .* has [0-9,]+ words"):
        OwnText(checksum=checksum, unit="words", length=200)


@pytest.mark.parametrize("source", ["text", "grammar", "own_text"])
def test_the_stage_can_show_a_language_run(source: str) -> None:
    told = {"source": {"kind": source}, "family": {"kind": "ngram"}, "n": 30, "generations": 3, "replicates": 3}
    experiment = Experiment.model_validate(told)
    run = simulate(experiment)
    shown = payload(View(run, 0, default_curves(experiment)))
    assert len(shown["captions"]) == 4
    assert {panel["name"] for panel in shown["panels"]} >= {"words", "curve-held_out_perplexity"}
    json.dumps(shown, allow_nan=False)


def own(text: str, unit: str) -> Experiment:
    settings = {"source": {"kind": "own_text", "checksum": add(text), "unit": unit}, "family": {"kind": "ngram"}}
    return Experiment.model_validate({**settings, "n": 20, "generations": 2, "replicates": 2})


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (("我你他她它好人天地大小上下左右" * 40 + " ") * 6, "characters, because this text has only 6 words"),
        (" ".join(f"w{i}" for i in range(1000)), "characters, because no word of this text stands in it twice"),
    ],
    ids=["written without spaces", "every word once"],
)
def test_a_text_that_has_no_words_to_learn_is_read_by_characters(text: str, rule: str) -> None:
    with pytest.raises(SpecError, match=f"unit must be {rule}; got") as told:
        own(text, "words")
    assert told.value.nearest == "characters"
    assert own(text, "characters").source.space.words


def test_a_text_whose_characters_never_come_back_is_refused() -> None:
    with pytest.raises(SpecError, match="text must be written with characters that stand in it more than once"):
        add("".join(chr(0x4E00 + i) for i in range(3000)))
    with pytest.raises(SpecError, match="more than once"):
        add(UNKNOWN * 3000 + "abcd")
