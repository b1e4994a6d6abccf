"""A field for a passphrase or recovery code: dots on the screen, and nothing leaves it by copying.

Selecting, copying and cutting do nothing here; pasting from a password manager works.
"""

from textual.widgets import Input

_SHUT = frozenset({"copy", "cut", "select_all"})


class PassphraseInput(Input):
    """One line of dots."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, placeholder: str = "") -> None:
        super().__init__(id=id, placeholder=placeholder, password=True, compact=True, select_on_focus=False)

    @property
    def selected_text(self) -> str:
        """Nothing is ever selected, as far as a clipboard is concerned."""
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse what would put the secret on a clipboard."""
        return False if action in _SHUT else super().check_action(action, parameters)

    def action_copy(self) -> None:
        """Copy nothing."""

    def action_cut(self) -> None:
        """Cut nothing."""

    def take(self) -> str:
        """Return what was typed and empty the field."""
        typed = self.value
        self.value = ""
        return typed
