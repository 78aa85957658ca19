/** What companies show to members whose answers fit (`bank_api/protocol/promotion.py`, `documents/condition.py`): found here, told to nobody. */
import type { Shapes } from "../bank/client.ts";
import { type Json, canonicalJson } from "../sealing/canonical.ts";

/** One member in so many is shown every promotion, whatever was answered. */
export const ONE_IN = 4;

export interface OneOf {
  readonly survey_id: string;
  readonly item: string;
  readonly one_of: readonly number[];
}
export interface Between {
  readonly survey_id: string;
  readonly item: string;
  readonly low: number;
  readonly high: number;
}
export type Clause = OneOf | Between;
export type Condition = Clause | { readonly all_of: readonly Condition[] } | { readonly any_of: readonly Condition[] };
/** By survey id, then by question key. */
export type Answers = Readonly<Record<string, Readonly<Record<string, number>>>>;
type Question = Shapes["Question"];
export type Surveys = ReadonlyMap<string, Pick<Shapes["SurveyView"], "questions">>;

export const partsOf = (condition: Condition): readonly Condition[] | null => ("all_of" in condition ? condition.all_of : "any_of" in condition ? condition.any_of : null);

function fits(clause: Clause, answers: Answers): boolean {
  const value = answers[clause.survey_id]?.[clause.item];
  if (value === undefined) return false;
  return "one_of" in clause ? clause.one_of.includes(value) : clause.low <= value && value <= clause.high;
}

/** Whether these answers fit; what was not answered fits nothing. */
export function holds(condition: Condition, answers: Answers): boolean {
  if ("all_of" in condition) return condition.all_of.every((part) => holds(part, answers));
  if ("any_of" in condition) return condition.any_of.some((part) => holds(part, answers));
  return fits(condition, answers);
}

/** Of one that holds: which answers make it so. */
export function reasons(condition: Condition, answers: Answers): Clause[] {
  const parts = partsOf(condition);
  if (parts) return parts.filter((part) => holds(part, answers)).flatMap((part) => reasons(part, answers));
  return fits(condition as Clause, answers) ? [condition as Clause] : [];
}

export function clauses(condition: Condition): Clause[] {
  return partsOf(condition)?.flatMap(clauses) ?? [condition as Clause];
}

/** Whether a wallet is one of those that show everything; `code` is `Wallet.chanceCode`. */
export const isByChance = (code: Uint8Array): boolean => (code[0] as number) < 256 / ONE_IN;

export const questionOf = (clause: Clause, surveys: Surveys): Question | undefined => surveys.get(clause.survey_id)?.questions.find((one) => one.key === clause.item);

/** What the bank is there to see to, seen to again: questions that there are, none of them sensitive, and values of their kind. */
export function isAsDeclared(condition: Condition, surveys: Surveys): boolean {
  return clauses(condition).every((clause) => {
    const question = questionOf(clause, surveys);
    return question !== undefined && question.role !== "sensitive" && "one_of" in clause === (question.kind === "choice");
  });
}

/** The text (EIP-191) that the partner signs. */
export function promotionText(url: string, one: Pick<Shapes["PromotionView"], "partner" | "promotion_id" | "words" | "class_id" | "until" | "at"> & { condition: unknown }): string {
  const words = one.words.map(({ language, title, text }) => `(${language}) ${title}\n${text}`).join("\n\n");
  return (
    `What members of the information bank at ${url} are shown if their answers fit.\n\n${words}\n\n` +
    `For: ${new TextDecoder().decode(canonicalJson(one.condition as Json))}\nCoupon: ${one.class_id}\nUntil: ${one.until}\n` +
    `Promotion: ${one.promotion_id}\n\nAccount: ${one.partner}\nSigned at: ${one.at}`
  );
}
