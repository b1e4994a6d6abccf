"""A field for a passphrase or recovery code: dots on the screen, and nothing leaves it by copying.

Selecting, copying and cutting do nothing here; pasting from a password manager works.
"""

from textual.widgets import Input

from vertrouwenswerk.tui.forgetting import forget_what_was_typed

_SHUT = frozenset({"copy", "cut", "select_all"})


class Once:
    """A secret in a box that is empty once it was taken out.

    Textual writes the arguments of a worker into its description and keeps both for as long as
    anything lives that the worker began: a box there holds nothing any more.
    """

    def __init__(self, secret: str) -> None:
        self._secret: str | None = secret

    def __bool__(self) -> bool:
        """Tell whether there is something in it."""
        return bool(self._secret)

    def take(self) -> str:
        """Return the secret and empty the box."""
        secret, self._secret = self._secret, None
        return secret or ""


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

    def take_once(self) -> "Once":
        """Return what was typed in a box for a worker, and empty the field."""
        return Once(self.take())

    def take(self) -> str:
        """Return what was typed and empty the field."""
        typed = self.value
        self.value = ""
        forget_what_was_typed()
        return typed
