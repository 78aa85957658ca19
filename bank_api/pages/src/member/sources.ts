/**
 * Who signed which value of an answer (ADR 52): a source is a credential kept with the answer, with the claims alone that
 * answer questions. Held here as the bank holds it (`bank_api/protocol/documents/sourced.py`), and for a correction cut down
 * to what still holds (`wallet_cli/answer_sources.py`). A claim that this page reads less surely than the bank counts for nothing.
 */
import type { Shapes } from "../bank/client.ts";
import { FalsehoodError } from "../record/evidence.ts";
import { type Credential, CredentialError, type Vouched, only, readCredential, verify } from "../sealing/credential.ts";
import type { Values } from "./drafts.ts";

/** As it stands in the sealed document: a type that is JSON. */
export type Source = {
  readonly credential: string;
  /** A question's key, and the path of the claim that answers it. */
  readonly answers: Readonly<Record<string, string>>;
};

/** Who says what an answer says. */
export interface Told {
  issuer: string;
  kind: string;
  issuedAt: number;
}

type Question = Shapes["Question"];
type Asked = Pick<Shapes["SurveyView"], "questions">;
const NUMBER_BOUND = 10n ** 15n;
const EXPONENT_MAX = 30;

/** By question. Throws FalsehoodError where a source is not what the answer says, whenever it was given. */
export function told(sources: readonly Source[], survey: Asked, values: Values): Map<string, Told> {
  const found = new Map<string, Told>();
  for (const source of sources) {
    const vouched = signedIn(source, null);
    const isTrue = vouched && isWhole(source, vouched) && Object.entries(source.answers).every(([key, path]) => !found.has(key) && says(vouched, path, survey, key, values));
    if (!isTrue) throw new FalsehoodError("page-false-source");
    for (const key of Object.keys(source.answers)) found.set(key, { issuer: vouched.issuer, kind: vouched.kind, issuedAt: vouched.issuedAt });
  }
  return found;
}

/** Of the sources of an earlier answer, what also holds of the values in its place; the rest is dropped. */
export function stillTrue(sources: readonly Source[], survey: Asked, values: Values, holders: readonly string[], now: number): Source[] {
  const ours = holders.map((one) => one.toLowerCase());
  return sources.flatMap((source) => {
    const vouched = signedIn(source, now);
    if (!vouched?.holder || !ours.includes(vouched.holder.toLowerCase())) return [];
    const credential = readCredential(source.credential);
    return Object.entries(source.answers).flatMap(([key, path]) => {
      const name = claimOf(path, vouched.claims);
      const cut = { ...vouched, claims: new Map([...vouched.claims].filter(([one]) => one === name)) };
      return name !== null && says(cut, path, survey, key, values) ? [{ credential: only(credential, name), answers: { [key]: path } }] : [];
    });
  });
}

/** null where it does not hold. */
function signedIn(source: Source, now: number | null): Vouched | null {
  try {
    const credential: Credential = readCredential(source.credential);
    return verify(credential, now);
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    return null;
  }
}

/** No claim is shown that answers nothing. */
function isWhole(source: Source, vouched: Vouched): boolean {
  const needed = new Set(Object.values(source.answers).map((path) => claimOf(path, vouched.claims)));
  return needed.size === vouched.claims.size && [...needed].every((name) => name !== null);
}

function says(vouched: Vouched, path: string, survey: Asked, key: string, values: Values): boolean {
  const claimed = [...scalars(vouched.claims)].filter(([at]) => at === path);
  const question = survey.questions.find((one) => one.key === key);
  return question !== undefined && claimed.length === 1 && Object.hasOwn(values, key) && wholeOf(question, claimed[0]?.[1]) === values[key];
}

/** The claim that a path lies in: the longest name that the path begins with. */
function claimOf(path: string, claims: ReadonlyMap<string, unknown>): string | null {
  const fitting = [...claims.keys()].filter((name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`));
  return fitting.reduce<string | null>((longest, name) => (longest === null || name.length > longest.length ? name : longest), null);
}

function* scalars(value: unknown, path = ""): Generator<[string, unknown]> {
  if (value instanceof Map) for (const [name, inner] of value) yield* scalars(inner, String(name));
  else if (Array.isArray(value)) for (const [at, inner] of value.entries()) yield* scalars(inner, `${path}[${at}]`);
  else if (typeof value === "object" && value !== null) for (const [name, inner] of Object.entries(value)) yield* scalars(inner, path ? `${path}.${name}` : name);
  else if (value !== null && value !== "") yield [path || "value", value];
}

/** The number that a claim comes to as an answer: a choice by its label, else rounded; null where that is not sure. */
function wholeOf(question: Question, value: unknown): number | null {
  if (typeof value === "boolean") return byLabel(question, value ? "true" : "false") ?? Number(value);
  const text = String(value).trim();
  const [chosen, rounded] = [byLabel(question, text), roundedOf(text)];
  if (typeof value === "number" && chosen !== null && rounded !== chosen) return null; // 3.0 is read as 3 here
  return chosen ?? rounded;
}

function byLabel(question: Question, text: string): number | null {
  if (question.kind !== "choice") return null;
  return question.choices?.find(({ label }) => label.toLowerCase() === text.toLowerCase())?.value ?? null;
}

/** Half away from zero. */
function roundedOf(text: string): number | null {
  const ascii = text.replace(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - "０".charCodeAt(0)));
  const [, sign, before = "", after = "", power = "0"] = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(ascii) ?? [];
  const exponent = Number(power);
  if (sign === undefined || !(before + after) || Math.abs(exponent) > EXPONENT_MAX) return null;
  const digits = (before + after).padStart(EXPONENT_MAX + before.length + after.length, "0").padEnd(2 * EXPONENT_MAX + before.length + after.length, "0");
  const point = EXPONENT_MAX + before.length + exponent;
  const cut = BigInt(digits.slice(0, point) || "0");
  if (cut >= NUMBER_BOUND) return null;
  const rounded = Number(cut) + (Number(digits[point] ?? "0") >= 5 ? 1 : 0);
  return sign === "-" && rounded ? -rounded : rounded;
}
