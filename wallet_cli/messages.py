"""What a member reads, in Japanese and English: one small catalogue, both languages side by side.

Texts of surveys, requests, notices and terms come from the bank in their own language and are shown as they are signed.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from bank_api.protocol.shapes import PassbookEntry

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
    "kind:joined": ("会員", "membership"),
    "kind:key-replaced": ("会員", "membership"),
    "kind:answer": ("回答", "answer"),
    "kind:partner-reward": ("報酬", "reward"),
    "kind:consent": ("同意", "consent"),
    "kind:disclosure": ("提供", "disclosure"),
    "kind:purchase": ("購入", "purchase"),
    "kind:gift": ("贈り物", "gift"),
    "kind:redemption": ("利用", "redemption"),
    "kind:coupons-received": ("受取", "received"),
    "kind:coupons-sent": ("送付", "sent"),
    "kind:coins-bought": ("コイン購入", "sale"),
    "kind:coins-received": ("受取", "received"),
    "kind:coins-sent": ("送付", "sent"),
    "kind:coins-to-oneself": ("移動", "transfer"),
    "kind:coins-locked": ("取り置き", "set aside"),
    "kind:coins-unlocked": ("戻り", "given back"),
    "kind:coins-spent": ("支払い", "spent"),
    "kind:draw-entered": ("抽選", "draw"),
    "kind:draw-refunded": ("抽選", "draw"),
    "kind:draw-won": ("抽選", "draw"),
    "kind:escrow-created": ("鍵の預託", "escrow"),
    "line:joined": ("情報銀行の会員になりました", "joined the information bank"),
    "line:key-replaced": ("ウォレットの鍵を取り替えました", "wallet key replaced"),
    "line:answer": ("回答: {title}", "answered: {title}"),
    "line:partner-reward": ("提供先の受け入れ: {partner}", "accepted a recipient: {partner}"),
    "line:consent": ("{partner}: {state}", "consent {state}: {partner}"),
    "line:disclosure": ("匿名加工した提供: {partner}", "anonymized release to {partner}"),
    "line:purchase": ("クーポン購入: {title}", "coupon bought: {title}"),
    "line:gift": ("クーポンの贈り物: {title}", "coupon given: {title}"),
    "line:redemption": ("クーポン利用: {title}", "coupon used: {title}"),
    "line:coupons-received": ("クーポンを受け取りました: {title}", "coupons received: {title}"),
    "line:coupons-sent": ("クーポンを渡しました: {title}", "coupons handed on: {title}"),
    "line:coins-bought": ("銀行からコインを買いました", "coins bought from the bank"),
    "line:coins-received": ("コインを受け取りました", "coins received"),
    "line:coins-sent": ("コインを送りました", "coins sent"),
    "line:coins-to-oneself": ("自分あての送付", "coins sent to oneself"),
    "line:coins-locked": ("依頼のために取り置きました", "coins set aside for a request"),
    "line:coins-unlocked": ("取り置きから戻りました", "coins back from a request"),
    "line:coins-spent": ("支払い", "spent"),
    "line:draw-entered": ("抽選に応募しました", "entered a prize draw"),
    "line:draw-refunded": ("抽選のコインが戻りました", "draw refunded"),
    "line:draw-won": ("抽選に当たりました", "won a prize"),
    "line:escrow-created": ("文書の鍵を預けました", "document key entrusted to custodians"),
    "outside": ("銀行の外での記録", "recorded outside the bank"),
}


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

    def passbook_line(self, entry: PassbookEntry) -> str:
        """What a line tells; of a kind the catalogue does not know, the kind as the bank wrote it."""
        found = CATALOGUE.get(f"line:{entry.kind}")
        if found is None:
            return entry.kind
        state = self.word("state", entry.state or "")
        return found[self._column].format(title=entry.title or "", partner=entry.partner or "", state=state)

    def moment(self, seconds: int) -> str:
        """Local time of the reader, to the minute."""
        local = datetime.fromtimestamp(seconds, UTC).astimezone()
        return local.strftime("%Y年%m月%d日 %H:%M" if self.language == "ja" else "%Y-%m-%d %H:%M")


def language_of(setting: str | None) -> Language:
    """`ja` or `en` from an option, or from LC_ALL / LC_MESSAGES / LANG."""
    if setting is None:
        setting = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")
    return "ja" if setting.lower().startswith("ja") else "en"
