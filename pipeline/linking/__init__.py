"""Which postings are compared, and what makes two of them the same ad: roads, evidence, model, guards. Pure functions."""
