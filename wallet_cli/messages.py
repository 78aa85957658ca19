"""What a member reads, in Japanese and English: one small catalogue, both languages side by side.

Texts of surveys, requests, notices and terms come from the bank in their own language and are shown as they are signed.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

Language = Literal["ja", "en"]

CATALOGUE: Mapping[str, tuple[str, str]] = {
    # key: (Japanese, English)
    "account": ("口座", "account"),
    "address": ("アドレス", "address"),
    "agree?": ("この規約に同意して会員になりますか", "Do you agree to these terms and join?"),
    "answer-signed": ("回答に署名し、封をして送りました: {coins} コイン", "Signed, sealed and sent: {coins} coins"),
    "answered": ("回答済み", "answered"),
    "balance": ("残高", "balance"),
    "block": ("ブロック", "block"),
    "bought": ("{count} 枚買いました: {title}(-{coins} コイン)", "Bought {count}: {title} (-{coins} coins)"),
    "by": ("発行者", "by"),
    "by-key": ("位置のみ", "by place only"),
    "by-value": ("値まで一致", "by value"),
    "choose": ("選んでください", "choose"),
    "closes": ("締切", "closes"),
    "coins": ("コイン", "coins"),
    "consent": ("同意", "consent"),
    "consent?": ("この内容に同意しますか", "Do you consent to this?"),
    "consented": ("同意しました。提供のたびに {coins} コイン", "You consented: {coins} coins per release"),
    "consents": ("同意の一覧", "Your consents"),
    "contract": ("コントラクト", "contract"),
    "coupon-catalogue": ("クーポン", "Coupons"),
    "coupons": ("お手持ちのクーポン", "Your coupons"),
    "encryption-key": ("暗号鍵", "encryption key"),
    "entry": ("内容", "entry"),
    "exported": ("{count} 件を {folder} に書き出しました", "Wrote {count} files to {folder}"),
    "false": ("不一致", "false"),
    "from-to": ("{low} から {high} の整数", "whole number from {low} to {high}"),
    "id": ("番号", "id"),
    "in-part": ("一部のみ", "in part"),
    "items": ("項目", "items"),
    "joined": ("会員になりました: {account}", "Welcome. Your account is {account}"),
    "kind": ("種類", "kind"),
    "left": ("残り", "left"),
    "name": ("名前", "name"),
    "must-answer": ("この質問には答えが要ります", "This question must be answered."),
    "not-allowed": ("{allowed} で答えてください", "Please answer with: {allowed}"),
    "nobody-learns": ("店にあなたの口座は伝わりません", "The shop does not learn who you are"),
    "not-rebuilt": ("再現せず", "not rebuilt"),
    "nothing": ("まだありません", "nothing yet"),
    "optional": ("空欄で飛ばします", "leave empty to skip"),
    "passbook": ("通帳", "Passbook"),
    "price": ("値段", "price"),
    "purpose": ("目的", "purpose"),
    "questions": ("質問", "questions"),
    "rebuilt": ("再現", "rebuilt"),
    "recipient": ("提供先", "recipient"),
    "redeem-until": ("有効期限", "valid until"),
    "redeem?": ("{shop} でこのクーポンを使いますか: {title}", "Use this coupon at {shop}: {title}?"),
    "redeemed": ("{shop} で使いました: {title}", "Redeemed at {shop}: {title}"),
    "redeemed-already": (
        "{shop} でもう使ってあります。新しくは使われませんでした: {title}",
        "Redeemed at {shop} before; nothing more was taken: {title}",
    ),
    "refused": ("提供しないことを記録しました", "Your refusal is recorded; nothing will be passed on"),
    "releases": ("あなたの回答が入った提供", "Releases your answers went into"),
    "requests": ("同意を求められている提供", "Requests for your consent"),
    "reward": ("報酬", "reward"),
    "shops": ("使える店", "shops"),
    "slots": ("スロット", "slots"),
    "state": ("状態", "state"),
    "storage": ("コントラクトの記憶域と記録の照合", "Contract storage against the records"),
    "storage-root": ("記憶域の根", "storage root"),
    "survey": ("アンケート", "survey"),
    "surveys": ("アンケート", "Surveys"),
    "terms": ("規約", "Terms"),
    "time": ("日時", "time"),
    "title": ("題名", "title"),
    "until": ("期限", "until"),
    "uses": ("提供回数", "uses"),
    "withdraw?": ("この同意を撤回しますか", "Withdraw this consent?"),
    "withdrawn": (
        "撤回しました。これからの提供にあなたの回答は入りません",
        "Withdrawn: releases from now on are made without you",
    ),
    "state:given": ("同意", "given"),
    "state:refused": ("拒否", "refused"),
    "state:withdrawn": ("撤回", "withdrawn"),
    "state:superseded": ("差替済", "superseded"),
    "state:expired": ("期限切れ", "expired"),
    "state:renewed": ("更新", "renewed"),
    "state:revoked": ("取消", "revoked"),
    "state:open": ("受付中", "open"),
    "state:closed": ("終了", "closed"),
    "state:asked": ("回答待ち", "awaits you"),
    "kind:answer": ("回答", "answer"),
    "kind:disclosure": ("提供", "disclosure"),
    "kind:purchase": ("購入", "purchase"),
    "kind:redemption": ("利用", "redemption"),
    "kind:consent": ("同意", "consent"),
    "kind:withdrawal": ("撤回", "withdrawal"),
    "kind:membership": ("会員", "membership"),
    "kind:escrow": ("鍵の預託", "escrow"),
    "kind:transfer": ("移動", "transfer"),
    "kind:sale": ("コイン購入", "sale"),
}

PASSBOOK_WORDS: Mapping[str, str] = {
    "joined the information bank": "情報銀行の会員になりました",
    "wallet key replaced": "ウォレットの鍵を取り替えました",
    "document key entrusted to custodians": "文書の鍵を預けました",
    "answered: ": "回答: ",
    "consent given: ": "同意: ",
    "consent refused: ": "拒否: ",
    "consent withdrawn: ": "同意の撤回: ",
    "consent renewed: ": "同意の更新: ",
    "consent superseded: ": "同意の差替: ",
    "anonymized release to ": "匿名加工した提供: ",
    "coupon bought: ": "クーポン購入: ",
    "coupon used: ": "クーポン利用: ",
}
"""How the bank's passbook lines begin, in Japanese; the rest of a line is a title or a name and stays as it is."""


class Messages:
    """The catalogue in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._column = 0 if language == "ja" else 1

    def __call__(self, key: str, **values: object) -> str:
        return CATALOGUE[key][self._column].format(**values)

    def word(self, group: str, value: str) -> str:
        """A state or kind in this language; one the catalogue does not know is shown as the bank wrote it."""
        entry = CATALOGUE.get(f"{group}:{value}")
        return value if entry is None else entry[self._column]

    def passbook_line(self, text: str) -> str:
        """A passbook line in this language; one that begins otherwise is shown as the bank wrote it."""
        if self.language == "ja":
            for beginning, japanese in PASSBOOK_WORDS.items():
                if text.startswith(beginning):
                    return japanese + text.removeprefix(beginning)
        return text

    def moment(self, seconds: int) -> str:
        """Local time of the reader, to the minute."""
        local = datetime.fromtimestamp(seconds, UTC).astimezone()
        return local.strftime("%Y年%m月%d日 %H:%M" if self.language == "ja" else "%Y-%m-%d %H:%M")


def language_of(setting: str | None) -> Language:
    """`ja` or `en` from an option, or from LC_ALL / LC_MESSAGES / LANG."""
    if setting is None:
        setting = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")
    return "ja" if setting.lower().startswith("ja") else "en"
