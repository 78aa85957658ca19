/** How far a request has come: as a state is called, but for an approval taken back, which is another word than a consent that was ended. */
import { named, say } from "../words/words.svelte.ts";

export function requestState(state: string): string {
  return state === "revoked" ? say("state-approval-revoked") : named("state", state);
}
