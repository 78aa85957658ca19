# すべてを消すと何が起きるか。同意する前に見せる。

erasure-you-sign = はじめに、あなたが台帳のために署名します
erasure-consents = 撤回する同意
erasure-coins = 銀行に返すコイン
erasure-destroyed = 次に、銀行が消します
erasure-documents = 文書と、それを開く鍵のすべて
erasure-at = { $place } に { $count } 件
erasure-unknown = 件数不明
erasure-escrows = 預託した文書と、その分け鍵のすべて
erasure-directory = 氏名、メールアドレス、招待、ログイン
erasure-lapse = 誰にも使えなくなるもの
erasure-lapse-of = 使い道の決まった、または動かせないコイン { $coins }、クーポン { $coupons }
erasure-stays = 残るものと、その理由
erasure-releases-out = すでに会社に渡った提供
erasure-deleted = { $at } に削除済み
erasure-copy-first = 写しが要るなら先に azukari member export を。コインとクーポンは先に使うか、人に譲れます。この端末のウォレットのファイルは、あなたが消してください。
