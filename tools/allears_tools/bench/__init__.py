"""Benchmark on the host: what each stage and the whole pipeline cost, beside a peer."""
