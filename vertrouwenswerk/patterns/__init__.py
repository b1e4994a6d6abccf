"""Patterns: what stands out in the merged counts, more than luck explains.

A scan over (unit node x theme node x window that ends now): the greatest log-likelihood
ratio, with a Monte Carlo p that is adjusted for everything looked at. Three questions are
put to it; each is an expectation and a way to reshuffle. Runs on exact counts, inside a
sitting; ``told`` keeps what a picture lets through. Pure: no files, no clock, seeded chance.

Example::

    report = find_patterns(history, Plan(seed=1))
    for finding in told(report.findings, is_shown, history): ...
"""
