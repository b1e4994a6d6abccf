"""Measurements: what the product costs beside the plainest thing that does the same.

``python -m bench`` prints one table. Every line is a ratio to a reference that is named and
was measured in the same run, product and reference by turns, so that a busy machine slows
both. Medians, with the quartiles in brackets. Nothing is left out because it came out badly.

    measure.py    samples, taking turns
    workshop.py   vaults and files to measure on, made by the product's own use cases
    terminal.py   a program in a pseudo-terminal, and the frames it paints
    subjects/     one module per thing measured
    report.py     the table, and docs/benchmarks.md
"""
