why-gaps = left out: hardly anybody left just these open
why-singular = left out: they alone stretch the scale
why-incomplete = left out: nobody fits an empty seat beside them
why-uncovered = left out: one person beside them could read another
why-unseated = left out: no seat may be theirs in this wave
why-unfounded = left out: newcomers too few or too alike
why-changed = left out: changed one of two answers, so all would know the one before
why-forgotten = left out: erased from the series
