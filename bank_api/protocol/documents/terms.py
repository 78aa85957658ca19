"""The terms of membership and the sentence a person signs to join. Changing a word makes a new version by its hash.

These are this program's model terms, with a version of their own; each bank numbers those that it sets on its ledger.
"""

STATEMENT = "I join this information bank and agree to its terms of membership"
LANGUAGE = "ja"
TEXT = """\
預かり(情報銀行)会員規約(ひな形 第3版)

1. あなたの回答は、あなた自身のパーソナルデータストアに封をして預かります。
2. どの会社に、どの回答を、何の目的で、いつまで提供するかは、あなたが署名して決めます。一つひとつ決めることも、
   あなたが署名した包括ルールの範囲で銀行に任せることも、代理の人に任せることもできます。
   任せたことは、いつでも終わらせられます。
   鍵をなくしたときの新しい鍵は、あなたが前もって選んだ人たちか、選んでいなければ運営者と審査会が、あなたに知らせ、
   待つ期間をおいて認めます。署名のできない方の後見人も、運営者だけでは決められません。
3. 提供するのは、決まった人数以上が互いに区別できないように加工した匿名加工情報か、誤差を加えた統計情報だけです。
   どちらであるかは、同意の前に示します。統計情報からあなたについて分かることには上限があり、
   それを超えるときは、あなたの回答を統計から除きます。
4. 同意はいつでも撤回できます。撤回は次の提供から効きます。断ったあとでも、依頼が続くあいだは、あらためて同意できます。
5. コインは回答と提供の対価です。コイン、クーポン、同意、提供の記録は、口座番号で台帳に残ります。
   台帳は誰でも読んで確かめられ、監査人が検証します。台帳には氏名も回答も載せません。
6. いつでも、預けたものすべての写しを受け取り、消すことができます。
7. すべて消すとき、使っていないコインは銀行に返り、使い道の決まったコインと使っていないクーポンは失効します。
   台帳の記録と、すでに渡した匿名加工情報と統計情報は残ります。渡した会社には、期日までに消すことを求めます。
8. 規約を変えるときは、何が変わるかを条ごとに示し、承諾の期限を設けます。期限までに承諾しなければ、
   承諾するまで、あなたの新しい回答と同意は受け付けず、あなたの情報は新しく提供されません。
   預けたもの、コイン、クーポンは、あなたのものとして残ります。

Azukari (information bank) terms of membership (model terms, version 3)

1. Your answers rest sealed in your own personal data store.
2. You decide, by your own signature, which company gets which answers, for which purpose, until when: one by one,
   or by a standing rule within which the bank may consent for you, or through somebody who acts for you. What you
   left to others you may end at any time.
   A new key for one that was lost is granted by people whom you chose before or, if you chose none, by the operator
   and the board, after you were told and a time has passed. Nor does the operator alone appoint a guardian for
   somebody who cannot sign.
3. Companies receive only anonymized releases, in which a minimum number of people cannot be told apart, or
   statistics, to which noise is added. Which of the two is shown before you consent. What statistics may tell of
   you is bounded, and you are left out of those that would go beyond.
4. You may withdraw a consent at any time; it takes effect with the next release. After a refusal you may still
   consent, as long as the request lasts.
5. Coins reward answers and disclosures. Coins, coupons, consents and disclosures are recorded, under an account
   number, on a ledger that anybody may read and check, and that auditors verify. No name and no answer is ever
   written there.
6. At any time you may take a copy of everything kept for you, and have it erased.
7. When everything is erased, coins not spent go back to the bank; coins bound to a use and coupons not used lapse.
   The ledger's records, and anonymized releases and statistics handed over before, stay; the companies that have
   them must delete them by their date.
8. When these terms change, what changes is shown section by section, with a time to accept. If you do not accept in
   time, no new answer or consent of yours is taken and nothing of yours is newly provided until you do; what you
   entrusted, your coins and your coupons stay yours.
"""
