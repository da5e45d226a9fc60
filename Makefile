# make lab   set up once, then open the first lesson in JupyterLab
# make test  set up once, then check everything
# Another Python: make lab PYTHON=python3.13

PYTHON ?= python3
BIN := .venv/bin
TOOL := PYTHONPATH=tests:tests/mistakes $(BIN)/python
LESSONS := $(wildcard notebooks/*.ipynb)

# PyPI's torch for Linux carries gigabytes of CUDA that no lesson uses; PyTorch's own
# index has the CPU build.
ifeq ($(shell uname -s),Linux)
TORCH_FROM := --retries 1 --extra-index-url https://download.pytorch.org/whl/cpu
endif

# Lesson 8's other libraries, 230 MB: CI runs them, and so does make test EXTRAS=course,test,elsewhere
EXTRAS := course,test
ifdef CI
EXTRAS := course,test,elsewhere
endif

# A .venv knows its own path: one that was moved, copied or left half made is made again.
ifneq ($(shell cat .venv/installed 2>/dev/null),$(CURDIR))
.PHONY: .venv/installed
FRESH := --clear
endif

.PHONY: lab test lint replay mistakes mutants machines oldest offline load hashes refresh figures bench clean
.DEFAULT_GOAL := test

lab: .venv/installed
	@echo "Opening lesson 1. Where no browser opens, copy the address below into one; Ctrl-C ends it."
	@$(BIN)/python -m jupyter lab --config=jupyter_config.py

test: lint
	@echo "Unit tests, docstring examples, and every cell of every lesson:"
	@$(BIN)/python -m pytest
	@$(MAKE) --no-print-directory replay
	@echo "All is well."

lint: .venv/installed
	@echo "Style and types:"
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m ruff format --quiet --check .
	@$(BIN)/python -m mypy

replay: .venv/installed
	@echo "The lessons again, with torch in the place of bnlib:"
	@$(BIN)/python tests/in_kernel.py torch_replay $(LESSONS)

machines: .venv/installed
	@$(TOOL) tools/machines.py

oldest: .venv/installed
	@echo "Setting up .venv-oldest ..."
	@$(PYTHON) -m venv --clear .venv-oldest
	@.venv-oldest/bin/python -m pip install --quiet --no-deps $(TORCH_FROM) -c constraints.txt torch
	@.venv-oldest/bin/python -m pip install --quiet -c tools/oldest.txt -e '.[course,test]'
	@.venv-oldest/bin/python -m pytest -o filterwarnings=default --disable-warnings \
		--ignore=tests/test_packaging.py --ignore=tests/test_pictures.py --ignore=tests/test_elsewhere.py \
		--deselect=tests/test_in_jupyterlab.py::test_an_answer_is_folded_until_its_cell_runs

offline: .venv/installed
	@echo "The lessons, without any network:"
	@unshare --map-root-user --net sh -c 'ip link set lo up && $(BIN)/python -m pytest $(LESSONS)'

load: .venv/installed
	@$(TOOL) tools/load.py 2>/dev/null

hashes: .venv/installed
	@$(TOOL) tools/hashes.py

refresh: .venv/installed
	@$(TOOL) tools/refresh.py $(LESSONS)

figures: .venv/installed
	@$(BIN)/python -m bnlib.classroom.diagrams images
	@$(TOOL) tools/mistakes_picture.py
	@$(TOOL) tools/speed_picture.py

mistakes: .venv/installed
	@OMP_NUM_THREADS=1 $(TOOL) tools/mistakes_table.py

# One thread each: a process that is forked off a pool of threads may wait for them forever.
mutants: .venv/installed
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(TOOL) tools/mutation.py

bench: .venv/installed
	@$(TOOL) tools/bench_speed.py
	@$(TOOL) tools/speed_picture.py
	@$(TOOL) tools/bench_course.py
	@$(TOOL) tools/bench_labs.py

clean:
	rm -rf .venv .venv-oldest build mutants *.egg-info .hypothesis .pytest_cache .ruff_cache .mypy_cache
	find bnlib tests notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

.venv/installed: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. The course needs Python 3.11 or newer;" \
			"name one: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "The course needs Python 3.11 or newer, and $(PYTHON) is: $$($(PYTHON) --version 2>&1)." \
			"Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }
	@echo "Setting up .venv (once; a few minutes, about 1.5 GB) ..."
	@$(PYTHON) -m venv $(FRESH) .venv || { \
		echo "Making .venv failed. On Debian and Ubuntu: apt install python3-venv."; exit 1; }
	@$(BIN)/python -m pip install --quiet --no-deps $(TORCH_FROM) -c constraints.txt torch && \
		$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[$(EXTRAS)]' || { \
		echo "Installing failed; pip's reason is above. Setting up needs the network once:" \
			"if that is it, check it and run make again."; exit 1; }
	@echo '$(CURDIR)' > $@
