"""Vertrouwenswerk: count what confidential advisers hear, so that patterns show and persons do not.

An adviser records theme and department of a first conversation in an encrypted
vault; each quarter's counts travel, sealed twice, to the integrity office; what
the office sees has passed disclosure control. No network code, no free text.

Layers point down only: ``cli | tui -> usecases -> vault | handoff | reports ->
disclosure -> domain -> errors | i18n | settings | privacy``.
"""

__version__ = "0.1.0"
