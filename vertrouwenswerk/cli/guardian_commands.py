"""What a guardian does on the command line."""

from argparse import Namespace

from vertrouwenswerk.cli.talk import choose_secrets, put, read_own_secret, say
from vertrouwenswerk.i18n import _
from vertrouwenswerk.usecases import guardian as guardian_usecases


def init(options: Namespace) -> None:
    """Make key file and card."""
    files = guardian_usecases.create_guardian(options.to, choose_secrets(options))
    put(str(files.key_file))
    put(str(files.card))
    say(_("Keep the key file on a stick that only you have, and a copy elsewhere."))
    say(_("Give the card to the bureau."))
    say(_("Your words, to compare by phone: %(words)s"), words=" ".join(files.words))


def card(options: Namespace) -> None:
    """Write the card once more."""
    guardian_usecases.write_guardian_card(options.guardian_key, read_own_secret(options), options.to)
    put(str(options.to))


def check(options: Namespace) -> None:
    """See whether the key file opens, and whether a card goes with it."""
    words = guardian_usecases.check_guardian(options.guardian_key, read_own_secret(options), options.card)
    say(_("The key file opens. Your words: %(words)s"), words=" ".join(words))
