"""What lessons show is the same on every machine, and whatever a cell holds can be shown."""

from pathlib import Path

import numpy as np
import pytest
import torch
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from bnlib.classroom import display

NOISE = 0.1 + 0.2 - 0.3  # what rounding leaves of 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([-1e-12, 1.0]), "array([0., 1.])"),
        (np.array([-5.9e-8, 1.0], dtype=np.float32), "array([0., 1.])"),
        (np.array([-(2**-24), 0.0], dtype=np.float32), "array([0., 0.])"),
        (np.array([NOISE, -NOISE]), "array([0., 0.])"),
        (NOISE, "0.0"),
        (np.array([1.23456e-6]), "array([1.235e-06])"),
        (np.array([3, 4]), "array([3, 4])"),
        (np.array([[5.0, 16.66666]]), "array([[ 5.0000, 16.6667]])"),
        (np.array([np.nan, np.inf]), "array([nan, inf])"),
        (np.array([]), "array([])"),
        (np.float32(2.5), "2.5"),
        (np.int64(3), "3"),
        (np.bool_(True), "True"),
        (1e-5, "1e-05"),
        (-0.0, "0.0"),
        (torch.tensor([-1e-9, 2.0]), "tensor([0., 2.])"),
        (torch.tensor(2.5), "tensor(2.5)"),
        (torch.nn.Parameter(torch.ones(2)), "tensor([1., 1.])"),
    ],
)
def test_as_text(value, text):
    assert display.as_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (torch.tensor(1e-5), "tensor(1.e-05)"),
        (torch.tensor(1e-8), "tensor(1.e-08)"),
        (np.float32(1.23456e-6), "1.235e-06"),
        (np.float16(1e-5), "1.001e-05"),
        (1e-12, "1e-12"),
        (np.array([1e-12, 2e-12]), "array([1.e-12, 2.e-12])"),
        (np.array([np.nan, 1e-5, -np.inf], dtype=np.float32), "array([   nan, 1.e-05,   -inf])"),
        (np.array([np.nan, 1e-12]), "array([   nan, 1.e-12])"),
        (np.longdouble(1e-5), "1e-05"),
        (np.float64(5e-324), "0.0"),
    ],
)
def test_a_small_number_keeps_four_digits_in_every_dtype(value, text):
    assert display.as_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([1e306, 1.0]), "array([1.e+306, 1.e+000])"),
        (np.float16(60000), "60000.0"),
        (np.longdouble(10) ** 400, "1e+400"),
    ],
)
def test_a_large_number_stays_one(value, text):
    assert display.as_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.zeros((0, 3)), "array([], shape=(0, 3))"),
        (np.zeros((2, 0, 3), dtype=int), "array([], shape=(2, 0, 3))"),
        (torch.zeros(0, 3), "tensor([], size=(0, 3))"),
    ],
)
def test_an_empty_array_keeps_its_shape(value, text):
    assert display.as_text(value) == text


class Unspeakable:
    def __repr__(self):
        raise ValueError("no words")


class TaggedTensor(torch.Tensor):
    pass


@pytest.mark.parametrize(
    "value",
    [
        np.array(["a", "batch"]),
        np.array([b"a"]),
        np.array([None, {}, "a"]),
        np.array(["2026-01-31"], dtype="datetime64[D]"),
        np.datetime64("2026-01-31T12:00:00.123456789"),
        np.array([3], dtype="timedelta64[s]"),
        np.array([(1, 2.5)], dtype=[("step", int), ("loss", float)]),
        np.ma.array([1.0, 2.0], mask=[False, True]),
        np.ma.masked,
        np.str_("a"),
        torch.ones(2, dtype=torch.bfloat16),
        torch.ones(2).to(torch.float8_e4m3fn),
        torch.ones(2, device="meta"),
        torch.eye(2).to_sparse(),
        torch.eye(2).to_mkldnn(),
        torch.tensor([1 + 2j]).conj(),
        torch.nn.UninitializedParameter(),
        torch.ones(2).as_subclass(TaggedTensor),
    ],
    ids=str,
)
def test_what_is_not_a_plain_number_is_shown_in_the_words_of_its_library(value):
    assert display.as_text(value) == repr(value)


def test_what_has_no_words_gets_some():
    assert (
        display.as_text(np.array([Unspeakable()])) == "<ndarray that cannot be shown: ValueError>"
    )


def test_a_tensor_that_carries_a_grad_fn_says_so():
    carrying = torch.ones(2, requires_grad=True) * 2
    assert display.as_text(carrying) == "tensor([2., 2.], grad_fn=<MulBackward0>)"


def test_start_lesson_outside_of_a_notebook():
    with pytest.raises(RuntimeError, match="is for notebooks"):
        display.start_lesson()


SET_UP = """\
import warnings
from collections import namedtuple, OrderedDict
import numpy as np
import torch
import bnlib
from bnlib.classroom import start_lesson

warnings.simplefilter("ignore")
third = 1 / 3
Point = namedtuple("Point", "x y")
class Unspeakable:
    def __repr__(self):
        raise ValueError("no words")
start_lesson()"""

SHOWN = {
    "third": "0.3333",
    "(third, [third])": "(0.3333, [0.3333])",
    "{'eps': 1e-12, 'mean': np.array([third])}": "{'eps': 1e-12, 'mean': array([0.3333])}",
    "[torch.tensor([third])]": "[tensor([0.3333])]",
    "{third}": "{0.3333}",
    "Point(1, np.array([third]))": "Point(x=1, y=array([0.3333",
    "OrderedDict(a=third)": "OrderedDict([('a', 0.3333)])",
    "(np.ones((2, 2)), third)": "(array([[1., 1.],\n        [1., 1.]]),\n 0.3333)",
    "np.float32(third)": "0.3333",
    "np.longdouble(third)": "0.3333",
    "np.int8(3)": "3",
    "np.bool_(True)": "True",
    "np.complex128(1 + 2j)": "(1+2j)",
    "np.array([third + 2j])": "array([0.3333+2.j])",
    "np.array([True])": "array([ True])",
    "np.array([[], []])": "array([], shape=(2, 0))",
    "np.array(third)": "0.3333",
    "np.array([0, 2**64 - 1], dtype='u8')": "array([                   0, 18446744073709551615])",
    "np.array(['a'])": "array(['a'], dtype='<U1')",
    "np.array([b'a'])": "array([b'a'], dtype='|S1')",
    "np.array([None])": "array([None], dtype=object)",
    "np.array([Unspeakable()])": "<ndarray that cannot be shown: ValueError>",
    "np.array(['2026-01-31'], dtype='M8[D]')": "array(['2026-01-31'], dtype='datetime64[D]')",
    "np.timedelta64(3, 's')": "np.timedelta64(3,'s')",
    "np.array([(1, 2.5)], dtype=[('a', int), ('b', 'f8')])": "array([(1, 2.5)], dtype=",
    "np.void(b'a')": "np.void(b'\\x61')",
    "np.ma.array([1.0, 2.0], mask=[0, 1])": "masked_array(data=[1.0, --]",
    "np.ma.masked": "masked",
    "np.matrix([[third]])": "array([[0.3333]])",
    "np.rec.array([(1, 2.5)])": "rec.array([(1, 2.5)]",
    "np.dtype('f4')": "dtype('float32')",
    "torch.tensor(1e-5)": "tensor(1.e-05)",
    "torch.ones(2, dtype=torch.float16)": "tensor([1., 1.])",
    "torch.ones(2, dtype=torch.bfloat16)": "tensor([1., 1.], dtype=torch.bfloat16)",
    "torch.ones(2).to(torch.float8_e5m2)": "tensor([1., 1.], dtype=torch.float8_e5m2)",
    "torch.ones(2).to(torch.float8_e8m0fnu)": "tensor([1., 1.], dtype=torch.float8_e8m0fnu)",
    "torch.tensor([True])": "tensor([ True])",
    "torch.tensor([1 + 2j])": "tensor([1.+2.j])",
    "torch.tensor([1 + 2j]).conj()": "tensor([1.-2.j])",
    "torch.ones(1, dtype=torch.complex32)": "",
    "torch.zeros(1, dtype=torch.float4_e2m1fn_x2)": "",
    "torch.zeros(0, 3)": "tensor([], size=(0, 3))",
    "torch.ones(2, device='meta')": "tensor(..., device='meta', size=(2,))",
    "torch.eye(2).to_sparse()": "tensor(indices=tensor([[0, 1],",
    "torch.eye(2).to_sparse_csr()": "tensor(crow_indices=tensor([0, 1, 2])",
    "torch.eye(2).to_mkldnn()": "tensor([[1., 0.],",
    "torch.quantize_per_tensor(torch.ones(1), 0.5, 0, torch.qint8)": "tensor([1.], size=(1,)",
    "torch.nested.nested_tensor([torch.ones(1)])": "nested_tensor([",
    "torch.nn.Parameter(torch.ones(1))": "tensor([1.])",
    "torch.nn.UninitializedParameter()": "<UninitializedParameter>",
    "torch.nn.Buffer(torch.ones(1))": "tensor([1.])",
    "torch.ones(1, requires_grad=True) * 2": "tensor([2.], grad_fn=<MulBackward0>)",
    "torch.ones(2).max(dim=0)": "torch.return_types.max(",
    "torch.Size([2, 3])": "torch.Size([2, 3])",
    "torch.nn.BatchNorm1d(1).state_dict()": "OrderedDict([('weight', tensor([1.])),",
    "bnlib.BatchNorm1d(1).state_dict()": "{'weight': array([1.]),",
    "bnlib.functional.batch_norm_backward([[1.0], [3.0]], [[0.0], [1.0]])": (
        "BatchNormGradients(input=array([[-0.0001],"
    ),
}


def test_whatever_a_cell_holds_is_shown():
    cells = [new_code_cell(source) for source in (SET_UP, *SHOWN)]
    client = NotebookClient(
        new_notebook(cells=cells), resources={"metadata": {"path": Path(__file__).parent}}
    )
    _, *shown = client.execute().cells
    for cell, text in zip(shown, SHOWN.values(), strict=True):
        (output,) = cell.outputs
        assert output.output_type == "execute_result", (cell.source, output)
        assert output.data["text/plain"].startswith(text), cell.source


def test_a_torch_that_is_too_old_is_told_where_a_lesson_starts():
    told = []
    setup = "import torch\nfrom bnlib.classroom import start_lesson\nTorchVersion = "
    setup += "torch.torch_version.TorchVersion"
    starts = [
        f"torch.__version__ = TorchVersion('{version}')\nstart_lesson()"
        for version in ("2.9.1+cpu", "2.12.0+cu130", "3.0.0")
    ]
    notebook = new_notebook(cells=[new_code_cell(source) for source in (setup, *starts)])
    for cell in NotebookClient(notebook).execute().cells[1:]:
        told.append([output.text for output in cell.outputs if output.output_type == "stream"])
    (sentence,) = told[0]
    assert sentence.startswith("The lessons need torch 2.12 or newer, and this is 2.9.1+cpu:")
    assert told[1:] == [[], []]
