/**
 * A result that everybody may read, believed as far as the ledger has its root (`wallet_cli/open_results.py`): 1. its words
 * say that it is for everybody; 2. figures and salts hash to a root; 3. they are those of the document, of as many people
 * as was said; 4. the ledger has the release with just this root, of so many people and so many behind each figure.
 */
import type { Shapes } from "../bank/client.ts";
import { checkSurveyAt } from "../acts/survey.ts";
import record from "../generated/record.json" with { type: "json" };
import { type Hex, fromHex, toHex, utf8 } from "../sealing/bytes.ts";
import { parseCanonicalJson } from "../sealing/canonical.ts";
import { SealingError } from "../sealing/errors.ts";
import { type Evidence, FalsehoodError } from "./evidence.ts";
import { mentions } from "./events.ts";
import { type Payload, payloadRoot } from "./merkle.ts";
import { type StatisticsDocument, areFiguresOf, readStatistics } from "./statistics.ts";

/** What the purpose of every open request ends with, which board and members signed. */
export const OPEN_WORDS: string = record.open_words;
const STATISTICAL = 2;

export interface OpenedResult {
  document: StatisticsDocument;
  root: Hex;
}

/** 1. to 3. Throws FalsehoodError, for what is no payload too. */
export function openResult(found: Shapes["ResultDetail"]): OpenedResult {
  if (!found.purpose.endsWith(OPEN_WORDS)) throw new FalsehoodError("page-false-open"); // 1.
  try {
    return read(found);
  } catch (error) {
    const isOfItsBytes = error instanceof SealingError || error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError;
    throw isOfItsBytes ? new FalsehoodError("page-false-result") : error;
  }
}

function read(found: Shapes["ResultDetail"]): OpenedResult {
  const { release, salts } = parseCanonicalJson(utf8(found.payload)) as unknown as Payload;
  const root = payloadRoot(release.rows, salts.map(fromHex)); // 2.
  if (!root) throw new FalsehoodError("page-false-result");
  const document = readStatistics(release.document); // 3.
  if (!areFiguresOf(release.rows, release.document) || document.people !== found.people || document.k < found.k) throw new FalsehoodError("page-false-result");
  return { document, root: toHex(root) };
}

/** 4., with the questions in the record's words. Throws FalsehoodError. */
export async function checkResult(evidence: Evidence, found: Shapes["ResultDetail"], survey: Shapes["SurveyView"], root: Hex): Promise<number> {
  const block = found.block_number;
  const [kept = 0n] = await evidence.stored("disclosure", "payload_root", [found.release_id], block);
  const told = (await evidence.events(block)).find((event) => event.name === "Disclosed" && mentions(event, found.release_id))?.values;
  const isSame = told && told.requestId === found.request_id && told.payloadRoot === root && Number(told.rows) === found.people && Number(told.k) === found.k;
  if (!isSame || Number(told.legalClass) !== STATISTICAL || kept !== BigInt(root)) throw new FalsehoodError("page-false-result");
  if (survey.survey_id !== found.survey_id) throw new FalsehoodError("page-false-result");
  return checkSurveyAt(evidence, survey, block);
}
