# make lab   set up once, then open your own copies of the lessons in JupyterLab
# make test  set up once, then check bnlib and the lessons; its last line names the other checks
# make edit  set up once, then open the lessons themselves, to change the course
# make report FOLDER=...   what a class has solved, from its notebooks; nothing in them is run
# make quiz FOLDER=...     the questions for Moodle and Canvas; LESSONS=1-3 for these lessons alone
# make exam FOLDER=...     exam sheets and their key; VERSIONS=4 LESSONS=1-3 SEED=...
# make site  set up once, then make the course as pages, to read and to run in a browser
# Another Python: make lab PYTHON=python3.13

# Dozens of processes read the same modules: one compiles them, whatever an image has set.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
TOOL := PYTHONPATH=tests:tests/mistakes $(BIN)/python
LESSONS := $(wildcard notebooks/*.ipynb)

# PyPI's torch for Linux carries gigabytes of CUDA that no lesson uses; PyTorch's own
# index has the CPU build.
CPU_BUILDS := https://download.pytorch.org/whl/cpu
ifeq ($(shell uname -s),Linux)
TORCH_FROM = $(shell $(PYTHON) -c 'from urllib.request import urlopen; \
	urlopen("$(CPU_BUILDS)/torch/", timeout=10)' 2>/dev/null && echo --extra-index-url $(CPU_BUILDS))
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check install -c constraints.txt

# Lesson 8's other libraries, 230 MB: CI runs them, and so does make test EXTRAS=course,test,elsewhere
EXTRAS := course,test
ifdef CI
EXTRAS := course,test,elsewhere,site,browser
endif
# What one command alone needs is installed when that command first runs.
, := ,
need = @$(BIN)/python -c 'import $(2)' 2>/dev/null || $(PIP) --quiet -e '.[$(1)]'

# A class: make hub STUDENTS=25
STUDENTS := 2
HUB := .venv-hub/bin

# A .venv knows its own path: one that was moved, copied or left half made is made again.
ifneq ($(shell cat .venv/installed 2>/dev/null),$(CURDIR))
.PHONY: .venv/installed
FRESH := --clear
endif

# What needs no torch: in .venv, or, where there is none, in a small one.
LIGHT := $(if $(wildcard .venv/installed),.venv,.venv-light)
FOLDER_IN_HOME = case "$$FOLDER" in "~"/*) FOLDER="$$HOME$${FOLDER\#?}" ;; esac;
ASKED := $(if $(filter command line,$(origin LESSONS)),--lessons $(LESSONS))

.PHONY: lab edit site report quiz exam handout test test-checks test-browser test-site mistakes claims mutants machines oldest hub libraries refresh figures bench clean
.DEFAULT_GOAL := test

lab: .venv/installed
	@$(BIN)/python tools/lab.py

edit: .venv/installed
	@$(BIN)/python -m jupyter lab --config=jupyter_config.py

site: .venv/installed
	$(call need,site,jupyterlite_core$(,) jupyterlite_pyodide_kernel$(,) latex2mathml)
	@$(BIN)/python tools/site/build.py
	@echo "To see it: $(BIN)/python -m http.server --bind 127.0.0.1 --directory site"

test: .venv/installed
	@$(BIN)/python tools/run_tests.py test
	@echo "What else can be tried: make test-checks, test-browser, test-site, mistakes, claims, mutants," \
		"machines, oldest, hub; see CONTRIBUTING.md."

test-checks: .venv/installed
	@$(BIN)/python tools/run_tests.py test-checks

test-browser: .venv/installed
	$(call need,browser,playwright$(,) axe_playwright_python$(,) notebook)
	@$(BIN)/python tools/run_tests.py test-browser

test-site: .venv/installed $(if $(wildcard site/index.html),,site)
	$(call need,browser,playwright$(,) axe_playwright_python)
	@$(BIN)/python tools/run_tests.py test-site

machines: .venv/installed
	@unshare --map-root-user --net sh -c 'ip link set lo up && exec $(BIN)/python tools/machines.py'

# Apart, as the oldest pytest does not collect a folder and one within it together. How cells drift
# and what is said of slips is no matter of versions, and takes minutes.
OLDEST := .venv-oldest/bin/python -m pytest -o filterwarnings=default --disable-warnings
oldest: .venv-oldest/installed
	@$(OLDEST) bnlib tests notebooks --ignore=tests/test_packaging.py \
		--ignore=tests/test_pictures.py --ignore=tests/test_elsewhere.py
	@$(OLDEST) tests/checks tests/browser/test_in_jupyterlab.py tests/browser/test_student_day.py \
		--ignore=tests/checks/test_cells_run_twice.py --ignore=tests/checks/test_random_slips.py

hub: .venv-hub/installed
	@[ -x $(HUB)/configurable-http-proxy ] || PATH=$(HUB):$$PATH \
		npm install --silent --global --prefix .venv-hub configurable-http-proxy@5.3.0
	@echo "What Binder makes of environment.yml:"
	@$(HUB)/jupyter-repo2docker --no-build --debug . 2>&1 | \
		grep "Building .* $$(grep -o 'python=[0-9.]*' environment.yml)$$"
	@echo "Lesson 1 as an assignment, by nbgrader, from the teacher to students and back:"
	@PYTHONPATH="$$PWD" $(HUB)/python tools/nbgrader_trial.py
	@echo "Students on a JupyterHub, with the course as it is committed:"
	@$(HUB)/python -m pip install --quiet --force-reinstall --no-deps "git+file://$$PWD"
	@$(HUB)/python tools/hub.py $(STUDENTS)

libraries: .venv-libraries/installed
	@.venv-libraries/bin/python tools/record_libraries.py

refresh: .venv/installed
	@$(TOOL) tools/refresh.py $(LESSONS)

figures: .venv/installed
	@$(BIN)/python -m bnlib.classroom.diagrams images
	@$(BIN)/python -m bnlib.classroom.plots images
	@$(TOOL) tools/speed_picture.py
	@PYTHONPATH=tools $(BIN)/python -m claims.table

mistakes: .venv/installed
	@OMP_NUM_THREADS=1 $(TOOL) tools/mistakes_table.py $(if $(NAME),"$(NAME)")

# The first three seeds, a part of them: make claims SEEDS=3
claims: .venv/installed
	@PYTHONPATH=tools OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m claims $(SEEDS)

# One thread each: a process that is forked off a pool of threads may wait for them forever.
mutants: .venv/installed
	$(call need,mutants,mutmut)
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(TOOL) tools/mutation.py

bench: .venv/installed $(if $(wildcard site/index.html),,site)
	$(call need,browser,playwright)
	@$(TOOL) tools/bench_speed.py
	@$(TOOL) tools/speed_picture.py
	@$(TOOL) tools/bench_course.py
	@$(TOOL) tools/bench_labs.py
	@$(TOOL) tools/bench_site.py

report: $(LIGHT)/installed
	@$(if $(FOLDER),,$(error Name the folder that has a folder for each student: \
		make report FOLDER=collected))$(FOLDER_IN_HOME) \
	$(LIGHT)/bin/python -m bnlib.classroom.report "$$FOLDER"

quiz exam: $(LIGHT)/installed
	@$(if $(FOLDER),,$(error Name the folder to write into: make $@ FOLDER=out))$(FOLDER_IN_HOME) \
	$(LIGHT)/bin/python -m bnlib.classroom.quiz$(if $(filter exam,$@),.exam) "$$FOLDER" \
		$(ASKED) $(if $(filter exam,$@),$(VERSIONS:%=--versions %) $(SEED:%=--seed %))

handout: .venv/installed
	@$(if $(FOLDER),,$(error Name the folder to write into: make $@ FOLDER=out))$(FOLDER_IN_HOME) \
	$(TOOL) tools/handout.py "$$FOLDER" $(ASKED)

clean:
	rm -rf .venv .venv-light .venv-oldest .venv-hub .venv-libraries build site mutants *.egg-info .hypothesis .pytest_cache .ruff_cache .mypy_cache
	find bnlib tests notebooks \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

.venv-light/installed: pyproject.toml constraints.txt
	@echo "Setting up, once, what needs no torch: 200 MB in .venv-light."
	@$(PYTHON) -m venv --clear .venv-light
	@.venv-light/bin/python -m pip install --quiet -c constraints.txt -e '.[quiz]' matplotlib
	@touch $@

# An environment beside .venv, with torch.
.venv-oldest/installed: PACKAGES = -c tools/oldest.txt -e '.[course,test,browser]'
.venv-hub/installed: PACKAGES = -c constraints.txt -r tools/hub.txt playwright -e '.[course]'
.venv-libraries/installed: PACKAGES = -c constraints.txt -r tools/libraries.txt -e '.[course,elsewhere]'
.venv-%/installed: tools/%.txt constraints.txt pyproject.toml
	@echo "Setting up $(@D) ..."
	@$(PYTHON) -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --no-deps $(TORCH_FROM) -c constraints.txt torch
	@$(@D)/bin/python -m pip install --quiet $(PACKAGES)
	@touch $@

.venv/installed: pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. The course needs Python 3.11 or newer;" \
			"name one: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "The course needs Python 3.11 or newer, and $(PYTHON) is: $$($(PYTHON) --version 2>&1)." \
			"Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.13"; exit 1; }
	@echo "Setting up, once: 1.7 GB in .venv, a few minutes."
	@echo "1 of 4: a Python environment"
	@$(PYTHON) -m venv $(FRESH) .venv || { \
		echo "Making .venv failed. On Debian and Ubuntu: apt install python3-venv."; exit 1; }
	@from='$(TORCH_FROM)'; \
	{ echo "2 of 4: NumPy, matplotlib and JupyterLab, about a minute"; \
		$(PIP) --quiet numpy matplotlib jupyterlab && \
		echo "3 of 4: torch" && \
		{ [ -n "$$from" ] || [ "$$(uname -s)" != Linux ] || echo "$(CPU_BUILDS) cannot be" \
			"reached: torch comes from where pip finds it, and may bring gigabytes of CUDA."; } && \
		$(PIP) --no-deps $$from torch && \
		echo "4 of 4: the course, its labs and its tests, about a minute" && \
		$(PIP) --quiet -e '.[$(EXTRAS)]'; } || { \
		echo "Installing failed; pip's reason is above. Setting up needs the network once:" \
			"if that is it, check it and run make again."; exit 1; }
	@pwd -P > $@
