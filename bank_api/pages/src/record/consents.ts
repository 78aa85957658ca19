/** What became of a request's consents over time, by the record's own events. */
import { CONSENT_STATES, type Evidence, FalsehoodError } from "./evidence.ts";
import { mentions } from "./events.ts";
import { eventsOf } from "./logs.ts";

export interface Change {
  consent: string;
  state: string;
  block: number;
}

/** Every change of a consent to this request, oldest first; by the node's index until `checkChanges` looked. */
export async function changesOf(evidence: Evidence, requestId: string): Promise<Change[]> {
  const found = await eventsOf(evidence, [["consent", "ConsentChanged"]], 0, await evidence.ledger.height(), [null, requestId]);
  return found.map((event) => ({ consent: String(event.values.consentId), state: CONSENT_STATES[String(event.values.state)] ?? "unknown", block: event.block }));
}

/** Each block bears out the changes that were told of it. Returns the newest of these blocks. */
export async function checkChanges(evidence: Evidence, requestId: string, changes: readonly Change[]): Promise<number> {
  for (const number of new Set(changes.map((one) => one.block))) {
    const events = await evidence.events(number);
    const recorded = events.filter((event) => event.name === "ConsentChanged" && mentions(event, requestId)).length;
    if (recorded !== changes.filter((one) => one.block === number).length) throw new FalsehoodError("desk-false-consents", { number });
  }
  return Math.max(...changes.map((one) => one.block));
}
