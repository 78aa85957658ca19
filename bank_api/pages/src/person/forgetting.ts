/** What goes with the wallet: answers half done, which nothing else in the world opens, and what it does not want to be shown. */
export const ANSWER_DRAFTS = "azukari.draft.answer.";
export const PROMOTION_WISHES = "azukari.promotions";

export function forgetAnswerDrafts(): void {
  for (const name of Object.keys(localStorage)) if (name.startsWith(ANSWER_DRAFTS) || name === PROMOTION_WISHES) localStorage.removeItem(name);
}
