"""Why statistics cannot be made."""

from bank_api.protocol.messages.said import Said


class StatisticsError(Exception):
    def __init__(self, words: Said) -> None:
        super().__init__(str(words))
        self.words = words
