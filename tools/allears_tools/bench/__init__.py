"""Benchmark on the host: what stages, pipelines and interpreters cost, beside peers."""
