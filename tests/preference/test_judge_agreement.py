"""A scorer and a file of pairs against a judge's labels, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.preference.judge_agreement import labelled_pairs, pair_agreement
from social_r1.preference.types import Code, Pair
from social_r1.records import write_jsonl


def pair(name: str, chosen: str, rejected: str, code: Code, source: str) -> Pair:
    return Pair(
        id=name, item_id="q", group="g", split="test", prompt="Story. Question?",
        stage="cue_encoding", prefix="", chosen=chosen, rejected=rejected, code=code,
        source=source,
    )  # fmt: skip


FILE = [
    pair("a", "right a", "wrong a", Code.TWIN, "trace"),
    pair("b", "right b", "wrong b", Code.TWIN, "trace"),
    pair("c", "right c", "wrong c", Code.ATTRIBUTION, "trace"),
    pair("d", "one d", "other d", Code.POLICY, "candidate"),
]
LABELS = [
    pair("a", "right a", "wrong a", Code.TWIN, "trace/judge"),
    pair("b", "wrong b", "right b", Code.POLICY, "trace/judge"),  # turned, as `judge pairs` does it
    pair("c", "right c", "wrong c", Code.ATTRIBUTION, "trace/judge"),
    pair("d", "other d", "one d", Code.POLICY, "candidate/judge"),
]


def test_three_agreements_and_kappa_by_hand() -> None:
    """The scorer is with the judge on a and d, against it on b, undecided on c.

    With the judge: (1 + 0 + .5 + 1) / 4. The file is with the judge on a and c of three, since a
    candidate has no direction. With the file: a (1), b (1, both against the judge), c (.5) of 3.
    """
    found = pair_agreement(LABELS, [2.0, 0.0, 1.0, 3.0], [1.0, 1.0, 1.0, 0.0], FILE)
    assert found.all.scorer_judge.value == pytest.approx(2.5 / 4)
    assert found.all.kappa == pytest.approx(2 * 2.5 / 4 - 1)
    assert found.all.file_judge is not None
    assert found.all.scorer_file is not None
    assert (found.all.file_judge.value, found.all.file_judge.n) == (pytest.approx(2 / 3), 3)
    assert found.all.scorer_file.value == pytest.approx(2.5 / 3)
    assert {name: agreed.scorer_judge.n for name, agreed in found.code.items()} == {
        "T": 2, "I1": 1, "P": 1,
    }  # fmt: skip
    assert found.code["T"].scorer_judge.value == 0.5
    assert found.source["candidate"].file_judge is None
    assert found.source["trace"].scorer_judge.n == 3


def test_labels_of_another_file_are_told_by_their_texts() -> None:
    other = [FILE[0].model_copy(update={"chosen": "something else"})]
    with pytest.raises(InputError, match="the label of pair 'a' has other texts than the pair"):
        pair_agreement(LABELS[:1], [1.0], [0.0], other)
    assert pair_agreement(LABELS[:1], [1.0], [0.0], []).all.file_judge is None


def test_pairs_are_told_from_scores_and_from_outcomes(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write_jsonl(path, LABELS)
    assert labelled_pairs(path) == LABELS
    write_jsonl(path, [{"item": {}, "graders": {"content": 0.5}}])
    assert labelled_pairs(path) is None
    write_jsonl(path, [{"id": "a", "outcome": "kept", "as_given": "chosen"}])
    with pytest.raises(InputError, match=r"repair: give the kept pairs, pairs\.jsonl"):
        labelled_pairs(path)
