"""Why rows cannot be made up."""

from bank_api.protocol.messages.said import Said


class SyntheticError(Exception):
    """`words` is the reason, `hint` what helps."""

    def __init__(self, words: Said, hint: Said | None = None) -> None:
        super().__init__(str(words))
        self.words, self.hint = words, hint
