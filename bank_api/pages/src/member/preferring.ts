/** What one company may have of a member at most: the signed word for this bank (`bank_api/protocol/preference.py`), and what it means. */
import type { Shapes } from "../bank/client.ts";

export const FORMS = ["anonymized", "statistical"] as const;
export type Form = (typeof FORMS)[number];

const FORM_OF: Readonly<Record<number, Form>> = { 1: "anonymized", 2: "statistical" };

/** The text (EIP-191) that is signed: no forms mean nothing at all, no questions mean all of them. */
export function preferenceText(url: string, account: string, partner: string, forms: readonly string[], items: readonly string[], at: number): string {
  return (
    `What my information bank at ${url} may give to one company at most.\n\n` +
    `Company: ${partner}\nForms: ${forms.toSorted().join(", ") || "nothing"}\nQuestions: ${items.toSorted().join(", ") || "all"}\n\n` +
    `Account: ${account}\nSigned at: ${at}`
  );
}

/** Whether a request asks for more than its company may have. */
export function goesBeyond(request: Pick<Shapes["RequestView"], "legal_class" | "items">, preference: Shapes["PreferenceView"] | undefined): boolean {
  if (!preference) return false;
  const form = FORM_OF[request.legal_class];
  const isForm = form !== undefined && preference.forms.includes(form);
  return !isForm || (preference.items.length > 0 && !request.items.every((one) => preference.items.includes(one)));
}
