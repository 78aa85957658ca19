/** Requests half written: words of one's own company alone, so this browser may keep them. One is being written, others are put aside. */
import { MADE_UP_WORDS, wantsMadeUp } from "../record/made-up.ts";
import type { Shapes } from "../bank/client.ts";
import { dayFromNow, dayOf } from "../design/entries.ts";
import { FORMS } from "./drafts.ts";

export interface RequestDraft {
  survey: string;
  form: keyof typeof FORMS;
  madeUp: boolean;
  items: string[];
  purpose: string;
  why: string;
  k: string;
  persons: string;
  base: string;
  each: string;
  until: string;
  keep: string;
}

const WRITTEN = "azukari.draft.request";
const ASIDE = "azukari.drafts.request";

export function emptyDraft(): RequestDraft {
  return { survey: "", form: "anonymized", madeUp: false, items: [], purpose: "", why: "", k: "5", persons: "100", base: "5", each: "2", until: dayFromNow(90), keep: "90" };
}

export function writtenDraft(): RequestDraft {
  return { ...emptyDraft(), ...(read(WRITTEN, {}) as Partial<RequestDraft>) };
}

export function write(draft: RequestDraft): void {
  localStorage.setItem(WRITTEN, JSON.stringify(draft));
}

export function forgetWritten(): void {
  localStorage.removeItem(WRITTEN);
}

/** Those put aside, the newest first. */
export function asideDrafts(): RequestDraft[] {
  const found = read(ASIDE, []);
  return Array.isArray(found) ? (found as Partial<RequestDraft>[]).map((one) => ({ ...emptyDraft(), ...one })) : [];
}

/** Under its purpose: one with the same is replaced. */
export function putAside(draft: RequestDraft): void {
  keep([draft, ...asideDrafts().filter((one) => one.purpose !== draft.purpose)]);
}

export function takeAway(draft: RequestDraft): void {
  keep(asideDrafts().filter((one) => one.purpose !== draft.purpose));
}

/** The words of a request that was filed, to be filed anew. */
export function draftOf(request: Shapes["RequestView"]): RequestDraft {
  const form = (Object.keys(FORMS) as (keyof typeof FORMS)[]).find((one) => FORMS[one] === request.legal_class) ?? "anonymized";
  return {
    survey: request.survey_id,
    form,
    madeUp: wantsMadeUp(request),
    items: [...request.items],
    purpose: wantsMadeUp(request) ? request.purpose.slice(0, -MADE_UP_WORDS.length).trimEnd() : request.purpose,
    why: request.description ?? "",
    k: String(request.k_minimum),
    persons: String(request.persons_maximum),
    base: String(request.coins_base),
    each: String(request.coins_per_item),
    until: dayOf(request.valid_until),
    keep: String(request.retention_days),
  };
}

function keep(drafts: readonly RequestDraft[]): void {
  localStorage.setItem(ASIDE, JSON.stringify(drafts));
}

function read(name: string, otherwise: object): unknown {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") ?? otherwise;
  } catch {
    return otherwise;
  }
}
