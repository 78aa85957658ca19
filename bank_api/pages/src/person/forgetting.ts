/** What goes with the wallet: answers half done, which nothing else in the world opens. */
export const ANSWER_DRAFTS = "azukari.draft.answer.";

export function forgetAnswerDrafts(): void {
  for (const name of Object.keys(localStorage)) if (name.startsWith(ANSWER_DRAFTS)) localStorage.removeItem(name);
}
