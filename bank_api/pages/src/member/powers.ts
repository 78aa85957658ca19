/** What a member signs about who may act, consent or sign for it: delegations, standing rules, a new key, a lost one, and erasure. */
import { type Message, STATEMENTS } from "../acts/acts.ts";
import { NOTHING, checkText, deadline, newId, now, sequence, textHash } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import type { Wallet } from "../keys/wallet.ts";
import { fromHex, toHex } from "../sealing/bytes.ts";
import { commit } from "../sealing/canonical.ts";
import { publicKeyToHex } from "../sealing/keys.ts";
import { maskOf } from "./drafts.ts";

/** Words that go from hand to hand stay good for a month. */
const HANDED_SECONDS = 30 * 86_400;
const ERASURE_SECONDS = 3600;

export interface RuleTerms {
  items: readonly string[];
  /** Chosen recipients, purposes and kinds of processing: at least one of each. */
  categories: readonly Shapes["Category"][];
  kMinimum: number;
  coinsMinimum: number;
  usesMaximum: number;
  validUntil: number;
}

/** What is sensitive (要配慮) is under no rule: that everybody decides each time. The form offers none of it. */
export function ruling(survey: Shapes["SurveyView"], terms: RuleTerms, account: string): Message<"standing_rule"> {
  const chosen = survey.questions.filter(({ key }) => terms.items.includes(key));
  const [recipients, purposes, processing] = ["recipients", "purposes", "processing"].map((kind) => namesAndMask(terms.categories, kind)) as [Named, Named, Named];
  return {
    rule_id: newId(),
    member: account,
    statement: STATEMENTS.RULE_STATEMENT,
    survey_id: survey.survey_id,
    items: chosen.map(({ label }) => label),
    item_mask: maskOf(survey, Object.fromEntries(terms.items.map((key) => [key, 0]))),
    recipients: recipients.names,
    recipient_mask: recipients.mask,
    purposes: purposes.names,
    purpose_mask: purposes.mask,
    processing: processing.names,
    processing_mask: processing.mask,
    k_minimum: terms.kMinimum,
    coins_minimum: terms.coinsMinimum,
    uses_maximum: terms.usesMaximum,
    valid_until: terms.validUntil,
    sequence: sequence(),
    deadline: deadline(),
  };
}

interface Named {
  names: string[];
  mask: number;
}

function namesAndMask(categories: readonly Shapes["Category"][], kind: string): Named {
  const chosen = categories.filter((one) => one.kind === kind).sort((left, right) => left.place - right.place);
  return { names: chosen.map(({ name }) => name ?? ""), mask: chosen.reduce((mask, { place }) => mask + 2 ** place, 0) };
}

export function endingRule(ruleId: string, account: string): Message<"rule_end"> {
  return { rule_id: ruleId, member: account, statement: STATEMENTS.RULE_END_STATEMENT, sequence: sequence(), deadline: deadline() };
}

/** The old key and the new one sign the same words; the new key's signature travels beside them. */
export function rotating(account: string, fresh: Wallet): { message: Message<"key_rotation">; key: string } {
  const key = publicKeyToHex(fresh.encryption.publicKey);
  return {
    message: { rotation_id: newId(), account, new_key: fresh.address, encryption_key_hash: textHash(key), evidence_hash: NOTHING, deadline: deadline() },
    key,
  };
}

/** The new wallet's part of a recovery: it asks to become the key of `account`. The salt is kept beside the evidence. */
export function askingForKey(account: string, fresh: Wallet, evidence: Uint8Array): { message: Message<"recovery">; key: string; salt: string } {
  const key = publicKeyToHex(fresh.encryption.publicKey);
  const salt = newId();
  return {
    message: {
      recovery_id: newId(),
      account,
      new_key: fresh.address,
      encryption_key_hash: textHash(key),
      evidence_hash: toHex(commit(fromHex(salt), evidence)),
      sequence: sequence(),
      deadline: now() + HANDED_SECONDS,
    },
    key,
    salt,
  };
}

export function stoppingRecovery(recoveryId: string, account: string): Message<"recovery_veto"> {
  return { recovery_id: recoveryId, account, deadline: deadline() };
}

/** The word to erase everything, for this bank alone (`bank_api/protocol/erasure.py`); signed as text (EIP-191). */
export function erasing(url: string, account: string): { until: number; text: string } {
  const until = now() + ERASURE_SECONDS;
  return {
    until,
    text:
      `Erase everything that my information bank at ${url} keeps for me.\n\n` +
      "I was told what will be destroyed and what must stay, and I know that nobody can undo it.\n\n" +
      `Account: ${account}\nUntil: ${until}`,
  };
}

/** For the very text that was read: its hash is what is signed. */
export function accepting(terms: Shapes["TermsVersion"], account: string): Message<"acceptance"> {
  checkText(terms.text, terms.hash);
  return { acceptance_id: newId(), account, statement: STATEMENTS.ACCEPTANCE_STATEMENT, terms_hash: terms.hash, deadline: deadline() };
}
