"""The stages: pure functions, Arrow tables in and Arrow tables out. No engine, no orchestrator, no validator, not each other."""
