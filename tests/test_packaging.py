"""pyproject.toml, constraints.txt and environment.yml tell one story."""

import re
import tomllib
from itertools import chain
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from bnlib.classroom.display import OLDEST_TORCH
from bnlib.classroom.lessons.library_layers import LAYERS
from bnlib.classroom.lessons.other_libraries import records

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
CONDA_NAMES = {"pytorch-cpu": "torch"}


def requirements(lines):
    parsed = (Requirement(line) for line in lines)
    return {canonicalize_name(r.name): r.specifier for r in parsed}


DECLARED = requirements([*PROJECT["dependencies"], *chain(*EXTRAS.values())])


def pins(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return requirements(line.partition(" --hash")[0] for line in lines if not line.startswith("#"))


CONSTRAINTS = pins("constraints.txt")


def test_every_dependency_is_pinned_to_a_version_that_is_admitted():
    for name, admitted in DECLARED.items():
        (pin,) = CONSTRAINTS[name]
        assert pin.operator == "=="
        assert pin.version in admitted, name


def test_every_constraint_is_an_exact_version():
    hub = pins("tools/hub.txt")
    assert not hub.keys() & CONSTRAINTS.keys()
    assert all(str(specifier).startswith("==") for specifier in (CONSTRAINTS | hub).values())


def test_ci_installs_the_same_versions_by_their_hashes():
    hashed = pins(".ci/hashes.txt")
    assert hashed.pop("setuptools")
    assert {name: CONSTRAINTS[name] for name in hashed} == hashed
    assert DECLARED.keys() - hashed.keys() == {"torch"}


def test_the_oldest_versions_are_those_that_are_admitted():
    for name, pin in pins("tools/oldest.txt").items():
        if name in DECLARED:
            (floor,) = DECLARED[name]
            assert Version(next(iter(pin)).version) == Version(floor.version), name
    assert requirements(EXTRAS["course"]).keys() - pins("tools/oldest.txt").keys() == {"torch"}


def test_the_libraries_of_lesson_8_are_those_of_its_record():
    recorded = {
        LAYERS[library].distribution: SpecifierSet(f"=={found['version']}")
        for library, found in records()["passports"].items()
    }
    pinned = CONSTRAINTS | pins("tools/libraries.txt")
    assert {name: pinned[name] for name in recorded} == recorded


def test_an_older_torch_is_told_of_where_a_lesson_starts():
    assert str(DECLARED["torch"]) == f">={OLDEST_TORCH}"


def test_conda_has_the_course_and_the_check_of_its_outputs():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    python, *packages, pip, from_pip = yaml.safe_load(text)["dependencies"]
    # Binder takes "python>=3.11" for no version at all.
    assert re.fullmatch(r"python=3\.\d+", python)
    assert python.partition("=")[2] in SpecifierSet(PROJECT["requires-python"])
    assert (pip, from_pip) == ("pip", {"pip": ["-e ."]})

    conda = {CONDA_NAMES.get(name, name): f for name, f in requirements(packages).items()}
    for_class = requirements([*PROJECT["dependencies"], *EXTRAS["course"]])
    assert conda == for_class | {name: DECLARED[name] for name in ("nbval", "pytest")}
