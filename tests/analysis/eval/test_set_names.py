from __future__ import annotations

import pytest

from splitlint.analysis.eval.set_names import either_names, layered, unsure_names
from splitlint.analysis.model.places import Place
from splitlint.analysis.model.texts import plain
from splitlint.analysis.model.values import Thunk, Value
from splitlint.findings.finding import Confidence


class Counted:
    """A thunk that knows how often it was asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked = 0
        self.place: Place | None = None

    def __call__(self) -> Value:
        self.asked += 1
        return plain(self.text)


def names(prefix: str, first: int, last: int) -> dict[str, Thunk]:
    return {f"n{number}": Counted(f"{prefix}{number}") for number in range(first, last)}


@pytest.mark.parametrize("size", [4, 400], ids=["small", "large"])
def test_one_of_several_sets_has_the_names_of_all(size: int) -> None:
    one, other = names("a", 0, size), names("b", 2, size + 2)
    whole, optional = either_names([one, other])
    assert list(whole) == [f"n{number}" for number in range(size + 2)]
    assert optional == {"n0", "n1", f"n{size}", f"n{size + 1}"}
    assert whole["n0"]() == plain("a0")
    assert whole[f"n{size + 1}"]() == plain(f"b{size + 1}")
    assert {repr(option) for option in whole["n2"]().shape.options} == {repr(plain("a2")), repr(plain("b2"))}  # type: ignore[union-attr]
    assert whole.get("nowhere") is None
    assert "nowhere" not in whole
    with pytest.raises(KeyError):
        whole["nowhere"]


def test_large_sets_are_put_together_without_being_asked() -> None:
    one, other = names("a", 0, 400), names("b", 0, 400)
    whole, _ = either_names([one, other])
    assert len(whole) == 400
    thunks = [thunk for layer in (one, other) for thunk in layer.values()]
    assert not any(thunk.asked for thunk in thunks if isinstance(thunk, Counted))


def test_of_layers_the_first_that_has_a_name_counts() -> None:
    whole = layered(names("a", 0, 2), names("b", 1, 4))
    assert [whole[name]() for name in ("n0", "n1", "n3")] == [plain("a0"), plain("a1"), plain("b3")]
    assert whole.get("n9") is None
    with pytest.raises(KeyError):
        whole["n9"]


def test_attributes_that_may_be_others_are_unsure_in_every_layer() -> None:
    whole = unsure_names(layered(names("a", 0, 2), names("b", 1, 4)))
    assert whole["n3"]().confidence < Confidence.HIGH
    assert whole.get("n9") is None
