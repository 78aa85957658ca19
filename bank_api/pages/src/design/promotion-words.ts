/** Conditions of promotions, and answers that meet them, as people read them. */
import { type Answers, type Clause, type Condition, type Surveys, partsOf, questionOf } from "../acts/promoting.ts";
import type { Shapes } from "../bank/client.ts";
import { half, list, say } from "../words/words.svelte.ts";

const labelOf = (question: Shapes["Question"] | undefined, value: number): string => half(question?.choices?.find((one) => one.value === value)?.label ?? String(value));

/** A condition as people read it: the surveys' own labels. */
export function inWords(condition: Condition, surveys: Surveys): string {
  const parts = partsOf(condition);
  if (parts) {
    const form = "all_of" in condition ? "word-promotion-both" : "word-promotion-either";
    const told = parts.map((part) => (partsOf(part) ? say("word-promotion-grouped", { inner: inWords(part, surveys) }) : inWords(part, surveys)));
    return told.reduce((one, other) => say(form, { one, other }));
  }
  const clause = condition as Clause;
  const question = questionOf(clause, surveys);
  const answer = "one_of" in clause ? list(clause.one_of.map((value) => labelOf(question, value))) : say("word-promotion-between", { low: clause.low, high: clause.high });
  return say("word-promotion-answer", { question: half(question?.label ?? clause.item), answer });
}

/** What was answered, for a clause that it meets. */
export function answered(clause: Clause, answers: Answers, surveys: Surveys): string {
  const question = questionOf(clause, surveys);
  return say("word-promotion-answer", { question: half(question?.label ?? clause.item), answer: labelOf(question, answers[clause.survey_id]?.[clause.item] as number) });
}
