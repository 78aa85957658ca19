/** A member's own entries in a draw and what they won, found by the node's index and each looked up in its block. */
import { type Evidence, FalsehoodError } from "./evidence.ts";
import { mentions } from "./events.ts";
import { type FoundEvent, eventsOf } from "./logs.ts";

export interface Entered {
  /** Ids of the entries. */
  readonly entries: readonly string[];
  /** Those of them that won. */
  readonly won: readonly string[];
  /** The newest block that was looked at. */
  readonly block: number;
}

/** Throws FalsehoodError where a block does not bear an event out, or where the bank names other winners among these entries. */
export async function enteredBy(evidence: Evidence, draw: { draw_id: string; winners: readonly string[] }, account: string): Promise<Entered> {
  const head = await evidence.ledger.height();
  const word = `0x${account.slice(2).toLowerCase().padStart(64, "0")}`;
  const [entered, won] = await Promise.all([
    eventsOf(evidence, [["draw", "DrawEntered"]], 0, head, [null, draw.draw_id, word]),
    eventsOf(evidence, [["draw", "DrawWon"]], 0, head, [draw.draw_id, null, word]),
  ]);
  for (const event of [...entered, ...won]) await borneOut(evidence, event);
  const entries = entered.map((event) => String(event.values.entryId));
  const winning = won.map((event) => String(event.values.entryId));
  const said = entries.filter((id) => draw.winners.includes(id));
  if (said.toSorted().join() !== winning.toSorted().join()) throw new FalsehoodError("page-false-draw");
  return { entries, won: winning, block: head };
}

async function borneOut(evidence: Evidence, found: FoundEvent): Promise<void> {
  const events = await evidence.events(found.block);
  const id = String(found.values.entryId);
  const isThere = events.some((event) => event.name === found.name && mentions(event, id) && mentions(event, String(found.values.member)));
  if (!isThere) throw new FalsehoodError("page-false-draw");
}
