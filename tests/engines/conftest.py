"""Spark, where it is."""

import pytest

from pipeline import spark
from pipeline.errors import UsageError


@pytest.fixture(autouse=True)
def _spark_where_it_is_asked_for(request: pytest.FixtureRequest) -> None:
    """Skip tests of Spark where PySpark or Java is missing."""
    if request.node.get_closest_marker("spark"):
        try:
            spark.require()
        except UsageError as missing:
            pytest.skip(str(missing))
