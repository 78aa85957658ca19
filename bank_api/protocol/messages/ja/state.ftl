# 状態。同意と依頼の状態はコントラクトの名前のままです。

state-unknown = 不明
state-requested = 回答待ち
state-given = 同意
state-refused = 断り
state-renewed = 更新
state-withdrawn = 撤回
state-expired = 期限切れ
state-approval-revoked = 承認の取り消し
state-revoked = 失効
state-superseded = 差し替え済み
state-asked = 回答待ち
state-filed = 審査待ち
state-approved = 承認
state-closed = 終了
state-full = 受付終了(コインの予算がありません)
state-upcoming = 開始前
state-open = 受付中
state-offered = 提示中
state-redeemed = 利用済み
state-created = 確認待ち
state-active = 有効
state-opened = 開封済み
state-replaced = 別の預託に代わった
state-waiting = 待機中
state-vetoed = 中止
state-disclosed = 提供済み
state-abandoned = 取りやめ
state-drawn = 抽選済み
state-forming = 抽選人待ち
state-overdue = 期限切れ
state-refunded = 返金済み
state-outside = 銀行の外での記録

# 出力の法的な区分
state-class-anonymized = 匿名加工情報
state-class-statistical = 統計情報
state-class-personal = 個人データ

# 役割
state-role-member = 会員
state-role-partner = 提供先
state-role-shop = 店舗
state-role-operator = 運営者
state-role-board = 審査会
state-role-custodian = 保管人
state-role-auditor = 監査人
state-role-owner = 所有者
state-cancelled = 取り消し済み
state-ended = 終了
state-ready = 完了できる
state-completed = 完了
state-opening-of-release = 提供データ
state-opening-of-account = 口座の新しい鍵
state-unanswered = 先にアンケートに回答
state-by-rule = うち包括ルール
