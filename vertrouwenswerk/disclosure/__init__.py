"""Disclosure control: which counts may be shown so that no small count can be proven.

``protect`` is the one door from merged counts to a ``SafeTable``. Whoever knows every
shown cell, the two trees and that counts are not negative must not be able to prove
of a sensitive cell that somebody is in it. Pure: no files, no clock, one solver thread.

Example::

    table = protect(MergedCounts(window, unit_tree, theme_tree, signals), Rules(threshold=3))
    table.count("SOC", "*")      # 47, or None when hidden
"""
