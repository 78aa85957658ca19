/**
 * A member's own row in a release, by the plan of `wallet_cli/own_row.py`: 1. the release's payload root is the ledger's,
 * proven; 2. the row stands under that root; 3. every column holds the answer that this wallet opens; 4. where all columns
 * are generalized, at least k rows are equal to it. Who was left out has no row, and only a release that left some out says so.
 * In homes (ADR 85) answers stand beside a description by chance: the row holds the answers to `sensitive` questions, and what it
 * says besides is believed of nobody, and shown only where it fits (`ownPart`).
 */
import type { components } from "../generated/api.d.ts";
import { fromHex } from "../sealing/bytes.ts";
import type { Json } from "../sealing/canonical.ts";
import { type Evidence, FalsehoodError } from "./evidence.ts";
import { isIncluded, leafHash } from "./merkle.ts";

type RowProof = components["schemas"]["RowProof"];
type Own = Readonly<Record<string, number>>;
/** What the member was told of the release, and which questions its survey calls sensitive. */
interface Told {
  inHomes: boolean;
  sensitive: readonly string[];
}
const IN_SEATS: Told = { inHomes: false, sensitive: [] };

const NO_ANSWER = "no answer";
const OR_NONE = ` or ${NO_ANSWER}`;
const NUMBER = String.raw`(-?\d+(?:\.\d+)?)`;
const RANGE = new RegExp(`^${NUMBER}(?:-| to )${NUMBER}$`);
const TO_BELOW = new RegExp(`^${NUMBER} to below ${NUMBER}$`);
const OPEN = new RegExp(`^(?:${NUMBER} or (more|less)|below ${NUMBER})$`);

/** See the plan above. Returns the block as of which it is true; throws FalsehoodError. */
export async function checkRow(evidence: Evidence, shown: RowProof, own: Own, told: Told = IN_SEATS): Promise<number> {
  const block = await evidence.ledger.height();
  const [root = 0n] = await evidence.stored("disclosure", "payload_root", [shown.release_id], block); // 1.
  if (shown.left_out) {
    hold(shown.suppressed > 0, "row-part-nobody-left-out");
    return block;
  }
  hold(shown.places.length > 0 && Object.keys(shown.row).length > 0, "row-part-place");
  const rootBytes = fromHex(root.toString(16).padStart(64, "0"));
  const seen = new Set<number>();
  for (const { salt, index, path } of shown.places) {
    const leaf = leafHash(fromHex(salt), shown.row as unknown as Json);
    hold(isIncluded(leaf, index, shown.count, path.map(fromHex), rootBytes), "row-part-place"); // 2.
    seen.add(index);
  }
  hold((shown.answers_together != null) === told.inHomes, "row-part-homes");
  const part = ownPart(shown.row, own, told);
  hold(Object.keys(part).length > 0, "row-part-place");
  for (const [name, value] of Object.entries(part)) hold(covers(value, own[name] ?? null), "row-part-column", { name }); // 3.
  if (shown.counted) hold(seen.size >= shown.k, "row-part-k", { k: shown.k, found: seen.size }); // 4.
  return block;
}

/** What of a row shown is told of this member: in homes the answers, and the description only where it fits. */
export function ownPart(row: RowProof["row"], own: Own, { inHomes, sensitive }: Told): RowProof["row"] {
  if (!inHomes) return row;
  const fits = Object.entries(row).every(([name, told]) => sensitive.includes(name) || covers(told, own[name] ?? null));
  const answers = Object.entries(row).filter(([name]) => sensitive.includes(name));
  return fits && answers.length ? row : Object.fromEntries(answers);
}

/** Whether a released value, generalized or plain, is true of an answer. What it cannot read it does not believe. */
export function covers(told: unknown, own: number | null): boolean {
  if (typeof told !== "string") return told === own;
  if (told.endsWith(OR_NONE)) return own === null || covers(told.slice(0, -OR_NONE.length), own);
  if (told === NO_ANSWER) return own === null;
  if (own === null) return false;
  return told === "*" || told === String(own) || isInRange(told, own) || isInSet(told, own);
}

function isInRange(told: string, own: number): boolean {
  const range = RANGE.exec(told);
  if (range) return Number(range[1]) <= own && own <= Number(range[2]);
  const below = TO_BELOW.exec(told);
  if (below) return Number(below[1]) <= own && own < Number(below[2]);
  const open = OPEN.exec(told);
  if (!open) return false;
  if (open[3] !== undefined) return own < Number(open[3]);
  return open[2] === "more" ? own >= Number(open[1]) : own <= Number(open[1]);
}

function isInSet(told: string, own: number): boolean {
  return told.startsWith("{") && told.endsWith("}") && told.slice(1, -1).split(/[,;] /).includes(String(own));
}

function hold(holds: boolean, what: string, values: Record<string, string | number> = {}): void {
  if (!holds) throw new FalsehoodError(what, values);
}
