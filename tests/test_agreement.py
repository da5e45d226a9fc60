"""agree() looks at two values: it shows them once, or says how they differ."""

import re

import ml_dtypes
import numpy as np
import pytest
import torch
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

from bnlib.classroom.agreement import DisagreementError, NotComparableError, agree

TABLE = np.random.default_rng(0).normal(size=(4, 3))
SEQUENCE = np.random.default_rng(1).normal(size=(4, 3, 5))


def disagreement(ours, torchs, **kwargs):
    with pytest.raises(DisagreementError) as error:
        agree(ours, torchs, **kwargs)
    return str(error.value)


def changed(array, index, change):
    array = array.copy()
    array[index] = change(array[index])
    return array


@pytest.mark.parametrize(
    ("ours", "torchs", "words"),
    [
        ([1.0, 2.0], [1.0, 2.1], "1 of 2 values differ, first at [1]: ours 2, torch's 2.1, a diff"),
        ([1.0, 2.0], [[1.0, 2.0]], "ours has shape (2,), torch's (1, 2)"),
        ([1.0], [1.0 + 3e-12], "does not agree with torch within 1e-12 times the largest"),
        ([0.0], [float("nan")], "ours 0, torch's nan"),
        ([0.0], [float("inf")], "ours 0, torch's inf"),
        (3, 4, "exactly: ours 3, torch's 4, a difference of -1"),
        ([True, True], [True, False], "first at [1]: ours True, torch's False"),
        ({"a": [1.0]}, {"b": [1.0]}, "ours has the entries ['a'], torch's ['b']"),
        ({"a": [1.0]}, {"a": [2.0]}, "a: does not agree with torch"),
        ({"a": [1.0]}, [1.0], "ours is of type dict, torch's of type list"),
        ([1e308], [-1e308], "ours 1e+308, torch's -1e+308"),
        ([1 + 2j], [1 + 3j], "ours 1+2j, torch's 1+3j, a difference of 0-1j"),
    ],
)
def test_agree_raises(ours, torchs, words):
    assert words in disagreement(ours, torchs)


def test_agree_allows_what_it_is_told_to():
    assert "within 0.2" in repr(agree([1.0], [1.1], within=0.2))
    assert "within 0.05: " in disagreement([1.0], [1.1], within=0.05)


@pytest.mark.parametrize("apart", [1e-1, 3e-5, 1e-7, 1e-11])
def test_the_two_numbers_are_told_apart(apart):
    text = disagreement([-1.2247448713915889], [-1.2247448713915889 - apart])
    ours, _, torchs = text.partition("ours ")[2].partition(", a ")[0].partition(", torch's ")
    assert float(ours) - float(torchs) == pytest.approx(apart, rel=0.5)
    assert f"a difference of {apart:.4g}" in text


def test_the_first_place_is_given_and_the_worst():
    torchs = np.zeros((2, 3))
    ours = np.array([[0, 1, 0], [5, 0, -7]])
    text = disagreement(ours, torchs)
    assert "3 of 6 values differ, first at [0, 1]: ours 1, torch's 0, a difference of 1;" in text
    assert "most at [1, 2]: ours -7, torch's 0, a difference of -7" in text
    assert "most" not in disagreement([5.0, 1.0, 1.0], np.zeros(3))
    assert "most at [1]: ours nan" in disagreement([1.0, np.nan], [0.0, 0.0])


PATTERNS = [
    (TABLE * 1.5, TABLE, "Ours is torch's times 1.5."),
    (TABLE * 1.000001, TABLE, "Ours is torch's times 1.000001."),
    (np.full(5, 25.0), np.full(5, 50 / 3), "Ours is torch's times 1.5."),
    (np.zeros((4, 3)), TABLE, "Ours is torch's times 0."),
    (TABLE + 3, TABLE, "Ours is torch's plus 3."),
    (TABLE - 3, TABLE, "Ours is torch's minus 3."),
    (np.full(3, 2.0), np.zeros(3), "Ours is torch's plus 2."),
    (-TABLE, TABLE, "Ours is torch's with the opposite sign."),
    (TABLE * [3, 2, -1], TABLE, "Ours is torch's times 3, 2 and -1, channel by channel."),
    (TABLE + np.array([3, 2, -1]), TABLE, "Ours is torch's plus 3, 2 and -1, channel by channel."),
    (SEQUENCE * [[3], [2], [4]], SEQUENCE, "times 3, 2 and 4, channel by channel."),
    (TABLE[::-1], TABLE, "Ours is torch's reversed along axis 0."),
    (TABLE[0, ::-1], TABLE[0], "Ours is torch's reversed."),
    (TABLE[:3].T, TABLE[:3], "Ours is torch's transposed."),
    (TABLE.T, TABLE, "Ours is torch's transposed."),
    (SEQUENCE.transpose(0, 2, 1), SEQUENCE, "with its axes in the order (0, 2, 1)."),
    (SEQUENCE[:3].swapaxes(0, 1), SEQUENCE[:3], "with its axes in the order (1, 0, 2)."),
    (SEQUENCE.reshape(4, 5, 3), SEQUENCE, "The numbers are the same, in the same order."),
    (TABLE[[2, 0, 3, 1]], TABLE, "Ours is torch's in another order."),
    (
        changed(SEQUENCE, np.s_[:, 1], lambda part: part * 2),
        SEQUENCE,
        "Only channel 1 differs.\nThere, ours is torch's times 2.",
    ),
    (
        changed(TABLE, [1, 3], lambda part: part + 1),
        TABLE,
        "Only rows 1 and 3 differ.\nThere, ours is torch's plus 1.",
    ),
    (changed(SEQUENCE, [2], np.square), SEQUENCE, "Only sample 2 differs."),
    (changed(TABLE, np.s_[:, 0], lambda part: part * np.nan), TABLE, "Only channel 0 differs."),
    (changed(TABLE[0], [0, 2], np.square), TABLE[0], "Only entries 0 and 2 differ."),
    (np.arange(20) * 3, np.arange(20), "Ours is torch's times 3."),
]


@pytest.mark.parametrize(("ours", "torchs", "sentence"), PATTERNS)
def test_a_pattern_that_explains_the_difference_is_named(ours, torchs, sentence):
    assert disagreement(ours, torch.tensor(torchs.copy())).endswith(sentence)


@pytest.mark.parametrize(
    ("ours", "torchs"),
    [
        ([2.0, 4.0], [1.0, 2.0]),  # two numbers fit too many patterns
        ([True, False, False], [False, False, True]),
        (changed(TABLE, (1, 1), np.square), TABLE),
        (changed(TABLE, (1, 1), lambda _: np.nan), TABLE),
        (changed(SEQUENCE, ([0, 3], 1, [1, 2]), np.square), SEQUENCE),
        ([0.0, 0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 1.0, 0.0, 0.0]),
        (changed(TABLE * 2, (1, 1), lambda entry: entry + 0.05), TABLE),
        (np.square(TABLE), TABLE),
        (TABLE * 1e200, -(TABLE**2) * 1e200),
    ],
)
def test_what_is_no_pattern_is_given_no_name(ours, torchs):
    text = disagreement(ours, torchs)
    assert not re.search("Only (channel|row|sample)", text)
    assert "urs is torch's" not in text


@pytest.mark.parametrize("shape", [(3,), (2, 2), (3, 2), (2, 3, 2)])
def test_numbers_at_random_have_no_pattern(shape):
    rng = np.random.default_rng(0)
    for _ in range(300):
        text = disagreement(rng.normal(size=shape), rng.normal(size=shape))
        assert "urs is torch's" not in text


@pytest.mark.parametrize(
    "dtype",
    [getattr(torch, name) for name in ("float16", "bfloat16", "float32", "float64")]
    + [t for name, t in vars(torch).items() if name.startswith("float8_e") and "e8m0" not in name],
    ids=str,
)
def test_every_real_dtype_of_torch_has_a_tolerance(dtype):
    values = np.array([0.3, 1.1, 2.7])
    torchs = torch.tensor(values).to(dtype)
    assert "agrees with torch: 3 of 3 values" in repr(agree(values, torchs, within=0.5))
    if torchs.dtype != torch.float64:  # the only one in which 0.3 is not rounded
        assert "agrees" in repr(agree(values.astype(np.float32), torchs))
    assert "ours 0.3, torch's" in disagreement(values, torch.tensor(values[::-1].copy()).to(dtype))


OF_ML_DTYPES = {
    name: getattr(ml_dtypes, name)
    for name in vars(ml_dtypes)
    if name.startswith(("bfloat", "float8", "float6", "float4")) and "e8m0" not in name
}


@pytest.mark.parametrize("dtype", OF_ML_DTYPES.values(), ids=OF_ML_DTYPES)
def test_every_real_dtype_of_ml_dtypes_has_a_tolerance(dtype):
    values = np.array([0.5, 1.0, 1.5])
    ours = values.astype(dtype)
    assert "agrees with torch: 3 of 3 values" in repr(agree(ours, torch.tensor(values)))
    assert "array([0.5" in repr(agree(ours, torch.tensor(values)))
    assert "torch's 1.5" in disagreement(ours * dtype(0), torch.tensor(values))


def test_bfloat16_is_as_near_as_it_can_be():
    values = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    ours, torchs = values.astype(ml_dtypes.bfloat16), torch.tensor(values)
    assert "within 0.01 times the largest" in repr(agree(ours, torchs))
    assert repr(agree(ours, torchs.bfloat16())) == repr(agree(torchs.bfloat16(), ours))
    assert "12 of 12 values differ" in disagreement(ours + ml_dtypes.bfloat16(1), torchs)
    assert "1 of 1 values" in repr(agree(ml_dtypes.bfloat16(2), torch.tensor(2.0)))


def test_small_integers_of_ml_dtypes_are_compared_exactly():
    ours = np.array([1, -2, 3]).astype(ml_dtypes.int4)
    assert "3 of 3 values, exactly" in repr(agree(ours, torch.tensor([1, -2, 3])))
    assert "torch's 4" in disagreement(ours, torch.tensor([1, -2, 4]))


def test_integers_are_compared_exactly_beside_floats_too():
    ours = {"mean": np.float32([1.0]), "num_batches_tracked": np.array(10_000_000)}
    torchs = {"mean": torch.ones(1), "num_batches_tracked": torch.tensor(10_000_001)}
    assert "ours 10000000, torch's 10000001, a difference of -1" in disagreement(ours, torchs)
    large = np.array([2**63 - 1])
    text = disagreement(large, torch.tensor(large - 1))
    assert "ours 9223372036854775807, torch's 9223372036854775806, a difference of 1" in text
    apart = disagreement(np.array([-(2**63)]), torch.tensor(large))
    assert f"a difference of {1 - 2**64}" in apart


def test_half_a_precision_is_no_excuse_for_another_entry():
    ours = {"half": np.float16([1.0]), "double": np.array([1.0])}
    torchs = {"half": torch.ones(1).half(), "double": torch.tensor([1.0001]).double()}
    assert disagreement(ours, torchs).startswith("double: ")


def test_entries_agree_in_either_order():
    torchs = {"b": torch.tensor(2), "a": torch.tensor(1)}
    assert repr(agree({"a": 1, "b": 2}, torchs)).startswith("a: 1\nb: 2\n")


@pytest.mark.parametrize(
    "torchs", [torch.ones(3).to_sparse(), torch.ones(3).to_mkldnn(), torch.ones(3).requires_grad_()]
)
def test_tensors_of_every_layout_are_compared(torchs):
    assert "3 of 3" in repr(agree(np.ones(3, np.float32), torchs))


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
def test_half_precision_complex_numbers_keep_their_imaginary_part():
    torchs = torch.tensor([1 + 2j]).to(torch.complex32)
    assert "1 of 1" in repr(agree([1 + 2j], torchs))
    assert "ours 1+0j, torch's 1+2j" in disagreement([1 + 0j], torchs)


def test_a_tensor_is_torchs_wherever_it_stands():
    for pair in ((1.0, torch.tensor(2.0)), (torch.tensor(2.0), 1.0)):
        assert "ours 1, torch's 2" in disagreement(*pair)
    entries = {"a": torch.tensor(2.0)}, {"a": 1.0}
    assert "ours 1, torch's 2" in disagreement(*entries)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1.0", "it was given a str, with entries of type <U3"),
        ([[1.0], [2.0, 3.0]], "it was given a list: "),
        (torch.ones(1, device="meta"), "it was given a Tensor: "),
        (None, "it was given a NoneType"),
        (np.ma.array([1.0], mask=[True]), "a MaskedArray, and masks are not looked at; give its"),
        (np.ma.masked, "a MaskedConstant, and masks are not looked at; give its .data"),
        (np.zeros(2, "V3"), "with entries of type |V3"),
        (np.zeros(2, [("a", float)]), "with entries of type [('a', '<f8')]"),
        (np.zeros(2, "M8[s]"), "with entries of type datetime64[s]"),
    ],
)
def test_what_is_no_number_is_refused(value, reason):
    with pytest.raises(NotComparableError, match=r"agree\(\) compares numbers; ") as error:
        agree([1.0], value)
    assert reason in str(error.value)


def test_a_notebook_shows_the_message_alone_and_its_cell_fails():
    source = """\
from bnlib.classroom import agree

calls = []
def step():
    calls.append(None)
    return [1.0]"""
    sources = source, "agree(step(), [2.0])", "len(calls)", "agree(['a'], [2.0])"
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, allow_errors=True)
    _, failed, count, refused = (cell.outputs for cell in client.execute().cells)
    assert [output.output_type for output in failed] == ["error"]
    assert failed[0].traceback == [f"DisagreementError: {failed[0].evalue}"]
    assert count[0].data["text/plain"] == "1"
    assert refused[0].traceback == [f"NotComparableError: {refused[0].evalue}"]
    with pytest.raises(CellExecutionError):
        NotebookClient(new_notebook(cells=notebook.cells[:2])).execute()
