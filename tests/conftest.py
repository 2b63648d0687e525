"""Fixtures that all tests share."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A gate draws the same examples each time; RELATED_JOBS_FUZZ=1 draws others. A busy machine draws them slowly: no fault of what is tested.
settings.register_profile(
    "gate",
    derandomize=not os.environ.get("RELATED_JOBS_FUZZ"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("gate")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real feeds beside the checkout; skip where it is missing."""
    path = Path(os.environ.get("RELATED_JOBS_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not path.is_dir():
        pytest.skip(f"real feeds are not here: {path} is missing")
    return path
