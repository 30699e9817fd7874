"""Groups without signal are told by outcome, not by the shaped total."""

from __future__ import annotations

from social_r1.training.zero_signal import draw_row, without_signal


def test_all_right_and_all_wrong_groups_have_no_signal() -> None:
    assert without_signal([1, 1, 1, 0, 0, 1, 0, 0, 0], group=3) == [True, False, True]


def test_a_replacement_is_drawn_again_by_a_resumed_run() -> None:
    drawn = [draw_row(50, seed=1, step=s, attempt=a, place=p)
             for s in range(3) for a in (1, 2) for p in range(4)]  # fmt: skip
    assert drawn == [draw_row(50, seed=1, step=s, attempt=a, place=p)
                     for s in range(3) for a in (1, 2) for p in range(4)]  # fmt: skip
    assert all(0 <= row < 50 for row in drawn)
    assert len(set(drawn)) > 12
