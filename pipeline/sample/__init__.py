"""A sample of job listings that is ours: believable feeds in several formats, with the truth about them beside."""

from pipeline.sample.build import SampleReport, write

__all__ = ["SampleReport", "write"]
