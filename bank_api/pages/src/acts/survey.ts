/** A survey's questions as the record has them by hash: nothing is answered, asked for or approved in other words. */
import { keccak_256 } from "@noble/hashes/sha3";
import { encodeAbiParameters, parseAbiParameters } from "viem";
import type { Shapes } from "../bank/client.ts";
import { type Evidence, FalsehoodError } from "../record/evidence.ts";
import { type Hex, fromHex, toHex } from "../sealing/bytes.ts";
import { type Json, canonicalJson } from "../sealing/canonical.ts";
import { textHash } from "./drafting.ts";

type Survey = Shapes["SurveyView"];
type Question = Survey["questions"][0];

/** As the contract hashes it when it is published. */
const PUBLISHED = parseAbiParameters("bytes32, bytes32, bytes32[], uint16[], uint32, uint64, uint64, uint64");

/** `Survey.text` of `bank_api/protocol/documents/survey.py`: the words that the hash is of. */
function words(survey: Survey): Json {
  const { survey_id, title, description, language, base_coins, budget_coins, opens_at, closes_at, wave } = survey;
  const common = { survey_id, title, description, language, base_coins, budget_coins, opens_at, closes_at, questions: survey.questions.map(asked) };
  if (!wave) return common as Json;
  const { series_id, series, number, waves, next_opens_at } = wave;
  return { ...common, wave: { series_id, series, number, waves, next_opens_at: next_opens_at ?? null } } as Json;
}

function asked({ key, label, kind, role, required, coins, minimum, maximum, choices }: Question): Json {
  const common = { key, label, kind, role, required: required ?? false, coins: coins ?? 0 };
  if (kind === "choice") return { ...common, choices: (choices ?? []).map((one) => ({ value: one.value, label: one.label })) };
  return { ...common, minimum: minimum ?? null, maximum: maximum ?? null };
}

export function surveyDigest(survey: Survey): Hex {
  const content = toHex(keccak_256(canonicalJson(words(survey))));
  const labels = survey.questions.map(({ label }) => textHash(label));
  const coins = survey.questions.map((one) => one.coins ?? 0);
  const [budget, opens, closes] = [BigInt(survey.budget_coins), BigInt(survey.opens_at), BigInt(survey.closes_at)];
  return toHex(keccak_256(fromHex(encodeAbiParameters(PUBLISHED, [textHash(survey.title), content, labels, coins, survey.base_coins, budget, opens, closes]))));
}

/** Every word, question and choice is what the record has. Throws FalsehoodError. */
export async function checkSurvey(evidence: Evidence, survey: Survey): Promise<number> {
  return checkSurveyAt(evidence, survey, await evidence.newest());
}

/** As of a block: once published, its words never change. Throws FalsehoodError. */
export async function checkSurveyAt(evidence: Evidence, survey: Survey, block: number): Promise<number> {
  const [digest = 0n] = await evidence.stored("survey", "digest", [survey.survey_id], block);
  if (BigInt(surveyDigest(survey)) !== digest) throw new FalsehoodError("page-false-survey", { title: survey.title });
  return block;
}

/** A request asks for these questions, and the sensitive ones are called so. Throws FalsehoodError. */
export async function checkItems(evidence: Evidence, request: Shapes["RequestView"], survey: Survey): Promise<number> {
  const block = await checkSurvey(evidence, survey);
  const chosen = survey.questions.filter((_, index) => Math.floor(request.item_mask / 2 ** index) % 2 === 1);
  const sensitive = chosen.filter(({ role }) => role === "sensitive");
  const isSame =
    request.survey_id === survey.survey_id &&
    areSame(request.items, chosen.map(({ key }) => key)) &&
    areSame(request.item_labels, chosen.map(({ label }) => label)) &&
    areSame(request.sensitive ?? [], sensitive.map(({ key }) => key));
  if (!isSame) throw new FalsehoodError("page-false-request", { field: "items" });
  return block;
}

function areSame(said: readonly string[], recorded: readonly string[]): boolean {
  return JSON.stringify(said) === JSON.stringify(recorded);
}
