/** What the browser says of an entry that was left out, in the page's language; its own words are in the browser's. */
import { say } from "../words/words.svelte.ts";

type Entry = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
const isEntry = (target: unknown): target is Entry => typeof (target as Entry | null)?.setCustomValidity === "function";
const CHOSEN = ["radio", "checkbox"];

export function sayWhatIsLeftOut(): void {
  document.addEventListener("invalid", ({ target }) => {
    if (isEntry(target) && target.validity.valueMissing) target.setCustomValidity(say(CHOSEN.includes(target.type) ? "page-rule-one" : "page-rule-empty"));
  }, true);
  document.addEventListener("input", ({ target }) => {
    if (!isEntry(target)) return;
    // Of a choice every entry was called wrong.
    for (const one of target.form?.elements ?? [target]) if (isEntry(one)) one.setCustomValidity("");
  }, true);
}
