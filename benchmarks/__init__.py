"""What the figures of BENCHMARKS.md are made with."""
