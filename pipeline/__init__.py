"""Nightly pipeline from job listing feeds to related-jobs tables in DuckDB."""

__version__ = "0.1.0"
