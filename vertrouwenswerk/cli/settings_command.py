"""Language and look, for all vaults of a data folder."""

from argparse import Namespace

from vertrouwenswerk.appearance import read_appearance
from vertrouwenswerk.cli.talk import put, put_json
from vertrouwenswerk.usecases.appearance import choose_appearance


def settings(options: Namespace) -> None:
    """Show language and look, or choose others."""
    if options.language or options.look:
        now = choose_appearance(options.places, language=options.language, look=options.look)
    else:
        now = read_appearance(options.places)
    if options.json:
        put_json({"language": now.language, "look": now.look})
    else:
        put(now.to_text().rstrip("\n"))
