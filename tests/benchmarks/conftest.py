"""Benchmarks are run by ``make bench``, and never as tests."""

collect_ignore_glob = ["*.py"]
