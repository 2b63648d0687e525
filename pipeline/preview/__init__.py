"""`related-jobs serve`: a site of every published job with its box, to look at before others do."""
