/** What was begun on another screen of this desk and goes on under joint approvals: it lies here in between, in memory. */
import { saveFile } from "../design/save.ts";
import type { Handed } from "./handed.ts";

let waiting: Handed | null = null;

export const handing = {
  /** Kept as a file too: whoever closes the page has it. */
  give(handed: Handed): void {
    waiting = handed;
    saveFile(`${handed.act}-1.json`, `${JSON.stringify(handed.body, null, 1)}\n`, "application/json");
  },
  take(): Handed | null {
    const taken = waiting;
    waiting = null;
    return taken;
  },
};
