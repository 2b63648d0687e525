"""Scores of the real stages against labels."""
