"""The terms of membership and the sentence a person signs to join. Changing a word makes a new version by its hash."""

STATEMENT = "I join this information bank and agree to its terms of membership"
LANGUAGE = "ja"
TEXT = """\
預かり(情報銀行)会員規約 第2版

1. あなたの回答は、あなた自身のパーソナルデータストアに封をして預かります。
2. どの会社に、どの回答を、何の目的で、いつまで提供するかは、あなたが一つひとつ署名して決めます。
3. 提供するのは、区別できない人数の基準を満たすように加工した匿名加工情報だけです。
4. 同意はいつでも撤回できます。撤回は次の提供から効きます。
5. コインは回答と提供の対価です。コイン、クーポン、同意、提供の記録は台帳に残り、誰でも検証できる監査人に開かれます。
   台帳には氏名も回答も載せません。
6. いつでも、預けたものすべての写しを受け取り、消すことができます。
7. すべて消すとき、使っていないコインは銀行に返り、使っていないクーポンは失効します。台帳の記録と、
   すでに渡した匿名加工情報は残ります。渡した会社には、期日までに消すことを求めます。

Azukari (information bank) terms of membership, version 2

1. Your answers rest sealed in your own personal data store.
2. You decide, by your own signature, which company gets which answers, for which purpose, until when.
3. Companies receive anonymized releases only, in which a minimum number of people cannot be told apart.
4. You may withdraw a consent at any time; it takes effect with the next release.
5. Coins reward answers and disclosures. Coins, coupons, consents and disclosures are recorded on a ledger open to
   auditors. No name and no answer is ever written there.
6. At any time you may take a copy of everything kept for you, and have it erased.
7. When everything is erased, coins not spent go back to the bank and coupons not used lapse. The ledger's records and
   anonymized releases handed over before stay; the companies that have them must delete them by their date.
"""
