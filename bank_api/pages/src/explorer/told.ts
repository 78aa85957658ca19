/** Events in words. Ids and accounts are shortened here and stand whole among the details. */
import { CONSENT_STATES } from "../record/evidence.ts";
import type { RecordedEvent } from "../record/events.ts";
import { find, named } from "../words/words.svelte.ts";

export function short(id: string): string {
  return id.length > 14 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
}

export function told(event: RecordedEvent): string {
  const values = Object.fromEntries(
    Object.entries(event.values).map(([name, value]) => [name, typeof value === "string" ? short(value) : plain(value)]),
  );
  if (event.name === "ConsentChanged") values.state = named("state", CONSENT_STATES[String(event.values.state)] ?? "unknown");
  if (event.name === "Refused") values.reason = named("reason", String(event.values.reason).replace(/^[a-z]+: /, ""));
  return find(`page-event-${event.name.toLowerCase()}`, values) ?? `${event.contract}: ${event.name}`;
}

export function plain(value: unknown): string {
  return Array.isArray(value) ? value.map(plain).join(", ") : String(value);
}
