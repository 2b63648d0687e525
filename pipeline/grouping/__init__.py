"""How judged pairs become groups: canonical choice, cuts, ids that last, variant families. Pure functions."""
