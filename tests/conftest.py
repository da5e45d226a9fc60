"""Where a package is missing, the tests that need it are skipped; in CI that is an error."""

import os

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    if report.skipped and "CI" in os.environ:
        report.outcome = "failed"
    return report
