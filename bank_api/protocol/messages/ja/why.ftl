why-gaps = 除外: これだけを空けた人がごく少ない
why-singular = 除外: その人だけで目盛りを広げる
why-incomplete = 除外: 隣の空席に合う人がいない
why-uncovered = 除外: 隣の一人に、ほかの人の回答が読み取れる
why-unseated = 除外: この回に座れる席がない
why-unfounded = 除外: 新しい人が少なすぎるか似すぎている
why-changed = 除外: 二つしかない回答の一方から変えたので、変える前の回答まで知られてしまう
why-forgotten = 除外: 連作から消された人
