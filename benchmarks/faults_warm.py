"""What a night imports, for processes that are forked from one that has it all."""

import jinja2  # noqa: F401
import pandas as pd  # noqa: F401
import sklearn.cluster
import sklearn.feature_extraction.text  # noqa: F401

import pipeline.audit
import pipeline.engine
import pipeline.publish
import pipeline.ranking.meaning
import pipeline.report_plots
import pipeline.run
import pipeline.stages.block
import pipeline.stages.bridge
import pipeline.stages.cluster
import pipeline.stages.days
import pipeline.stages.fit
import pipeline.stages.group
import pipeline.stages.link
import pipeline.stages.normalise
import pipeline.stages.relate
import pipeline.stages.shingles
import pipeline.stages.vectorise
from pipeline.text.gazetteer import gazetteer

gazetteer()
pipeline.audit.validator()
