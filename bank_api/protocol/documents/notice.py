"""The notice a member reads before consenting, word for word; its hash goes into the signed consent.

Follows the fields of ISO/IEC TS 27560: recipient, purpose, items, legal class of the output, retention, reward, how to
withdraw. Japanese and English.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

LEGAL_CLASSES = {
    1: ("匿名加工情報", "anonymized information"),
    2: ("統計情報", "statistics"),
    3: ("個人データ", "personal data"),
}

FORMS = {
    1: (
        "({k} 人以上が区別できない形に加工してから提供します)",
        ", made so that at least {k} people cannot be told apart",
    ),
    2: ("({k} 人以上をまとめた数だけを提供します)", ", only figures about at least {k} people together"),
    3: ("(あなたの回答とわかるまま提供します)", ", your answers as yours"),
}
"""What each class means for whoever reads the notice; after its name, in Japanese and English."""


@dataclass(frozen=True, slots=True)
class Notice:
    """All that the notice says; `text` in one of the languages is what is hashed."""

    bank: str
    recipient: str
    purpose: str
    description: str
    items: Sequence[str]
    legal_class: int
    k_minimum: int
    coins_base: int
    coins_per_item: int
    valid_until: int
    retention_days: int

    def text(self, language: str) -> str:
        until = datetime.fromtimestamp(self.valid_until, UTC).strftime("%Y-%m-%d %H:%M UTC")
        japanese, english = (
            name + form.format(k=self.k_minimum)
            for name, form in zip(
                LEGAL_CLASSES.get(self.legal_class, ("不明", "unknown")),
                FORMS.get(self.legal_class, ("", "")),
                strict=True,
            )
        )
        if language == "ja":
            return (
                f"{self.recipient} は、次の目的であなたの回答の提供を求めています。\n"
                f"目的: {self.purpose}\n説明: {self.description}\n項目: {'、'.join(self.items)}\n"
                f"提供の形: {japanese}\n"
                f"期限: {until} まで\n提供先での保存: {self.retention_days} 日\n"
                f"コイン: 提供 1 回につき {self.coins_base}、項目ごとに {self.coins_per_item}\n"
                f"同意はいつでも撤回できます。撤回後の提供からあなたの回答は除かれます。預かり人: {self.bank}\n"
            )
        return (
            f"{self.recipient} asks for your answers.\n"
            f"Purpose: {self.purpose}\nWhy: {self.description}\nItems: {', '.join(self.items)}\n"
            f"Form: {english}\n"
            f"Until: {until}\nKept by the recipient: {self.retention_days} days\n"
            f"Coins: {self.coins_base} per release and {self.coins_per_item} per item\n"
            f"You may withdraw at any time; releases after that are made without you. Kept in trust by {self.bank}\n"
        )
