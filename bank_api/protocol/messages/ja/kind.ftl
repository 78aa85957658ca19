# 通帳の行の種類。短い名前で、列に入ります。

kind-joined = 会員
kind-key-replaced = 会員
kind-guardians-named = 会員
kind-recovery-begun = 会員
kind-recovery-vetoed = 会員
kind-answer = 回答
kind-partner-reward = 報酬
kind-consent = 同意
kind-disclosure = 提供
kind-purchase = 購入
kind-gift = 贈り物
kind-redemption = 利用
kind-coupons-received = 受取
kind-coupons-sent = 送付
kind-coins-bought = 購入
kind-coins-received = 受取
kind-coins-sent = 送付
kind-coins-to-oneself = 移動
kind-coins-locked = 取り置き
kind-coins-unlocked = 戻り
kind-coins-spent = 支払い
kind-draw-entered = 抽選
kind-draw-refunded = 抽選
kind-draw-won = 抽選
kind-escrow-created = 鍵の預託
