"""Stock texts: a board's ready-made text that many employers use is no sign that their ads are one."""

import numpy as np

from pipeline.grouping.arrays import Bools, tally
from pipeline.grouping.inputs import Ads, Judged
from pipeline.grouping.joining import components
from pipeline.sets import distinct


def stock(postings: Ads, links: Judged, at_least: int) -> Bools:
    """Return which same-ad links rest on a stock text: between employers, in a component of many, where no place agrees.

    Copies by agencies and aggregators name the place of the one vacancy behind them: in a component that many employers
    link, most links between employers are within one place, or it is not one vacancy. What people linked stays.

    Args:
        postings: the postings.
        links: the judged pairs.
        at_least: employers named in a component from which on it may be one.
    """
    component = components(links.left[links.same], links.right[links.same], len(postings.ids))
    left, right = postings.employer[links.left], postings.employer[links.right]
    between = links.same & ~links.person & (left != right) & (left >= 0) & (right >= 0)
    count = tally(component)
    where = component[links.left]
    named = distinct(np.concatenate([where[between], where[between]]) * (postings.employers + 1)
                     + np.concatenate([left[between], right[between]]))  # fmt: skip
    employers = np.bincount(named // (postings.employers + 1), minlength=count)
    links_between = np.bincount(where[between], minlength=count)
    in_one_place = np.bincount(where[between & links.one_place], minlength=count)
    suspect = (employers >= at_least) & (2 * in_one_place < links_between)
    return np.asarray(between & suspect[where] & ~links.one_place)
