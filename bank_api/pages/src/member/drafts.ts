/**
 * What a member signs, made from what the bank showed (as `wallet_cli/signing` does). Every text that comes with a hash is
 * checked against it first: the sentence that is signed is the sentence that was shown.
 */
import { keccak_256 } from "@noble/hashes/sha3";
import type { Message, Parts } from "../acts/acts.ts";
import { STATEMENTS } from "../acts/acts.ts";
import { NOTHING, checkText, deadline, newId, now, requestDigest, sequence, textHash } from "../acts/drafting.ts";
import type { Shapes } from "../bank/client.ts";
import type { Wallet } from "../keys/wallet.ts";
import { FalsehoodError } from "../record/evidence.ts";
import { type Hex, concatBytes, fromBase64, fromHex, systemRandomness, toBase64, toHex, utf8 } from "../sealing/bytes.ts";
import { SALT_BYTES, canonicalJson, commit, parseCanonicalJson } from "../sealing/canonical.ts";
import { openSealed, seal } from "../sealing/envelope.ts";
import { SealingError } from "../sealing/errors.ts";
import { type KeyPair, publicKeyFromHex, publicKeyToHex } from "../sealing/keys.ts";
import type { Source } from "./sources.ts";

/** A consent starts this much before the browser's clock: the ledger's may lag, and the consent is meant now. */
const CLOCK_SKEW_SECONDS = 120;
export function joining(about: Shapes["BankInfo"], account: string, encryption: KeyPair): Message<"join"> {
  checkText(about.terms.text, about.terms.hash);
  return {
    join_id: newId(),
    account,
    statement: about.terms.statement,
    terms_hash: about.terms.hash,
    encryption_key_hash: textHash(publicKeyToHex(encryption.publicKey)),
    deadline: deadline(),
  };
}

const SECONDS_A_QUESTION = 12;
export type Values = Readonly<Record<string, number>>;

/** Bit i stands for question i. */
export function maskOf(survey: Shapes["SurveyView"], values: Values): number {
  return survey.questions.reduce((mask, question, index) => (question.key in values ? mask + 2 ** index : mask), 0);
}

export function coinsOf(survey: Shapes["SurveyView"], values: Values): number {
  const answered = survey.questions.filter((question) => question.key in values);
  return survey.base_coins + answered.reduce((sum, question) => sum + (question.coins ?? 0), 0);
}

/** What a survey pays at most. */
export function coinsAtMost(survey: Shapes["SurveyView"]): number {
  return coinsOf(survey, Object.fromEntries(survey.questions.map(({ key }) => [key, 0])));
}

/** About how long it takes. */
export function minutesOf(survey: Shapes["SurveyView"]): number {
  return Math.ceil((survey.questions.length * SECONDS_A_QUESTION) / 60);
}

/** An answer: committed to with a salt, sealed to the member and to the bank's release key, ready to sign. */
export function answering(
  survey: Shapes["SurveyView"],
  values: Values,
  account: string,
  /** The member's, who may be somebody else than who answers. */
  ownKey: Uint8Array,
  releaseKey: string,
): { message: Message<"answer">; parts: Parts<"answer"> } {
  const { parts, values: inOrder, ...made } = sealedAnswer(survey, values, account, ownKey, releaseKey);
  const message = { answer_id: newId(), member: account, survey_id: survey.survey_id, survey: survey.title, ...made };
  return { message: { ...message, coins: coinsOf(survey, inOrder), deadline: deadline() }, parts };
}

/** In the place of the answer `replaces`, which must be the one that stands; no coins move (ADR 48). */
export function correcting(
  survey: Shapes["SurveyView"],
  replaces: string,
  values: Values,
  account: string,
  ownKey: Uint8Array,
  releaseKey: string,
  /** Of the earlier answer's what still holds. */
  sources: readonly Source[] = [],
): { message: Message<"correction">; parts: Parts<"correction"> } {
  const { parts, values: _inOrder, ...made } = sealedAnswer(survey, values, account, ownKey, releaseKey, sources);
  const message = { correction_id: newId(), member: account, statement: STATEMENTS.CORRECTION_STATEMENT, survey_id: survey.survey_id, survey: survey.title };
  return { message: { ...message, replaces, ...made, deadline: deadline() } as Message<"correction">, parts };
}

function sealedAnswer(survey: Shapes["SurveyView"], values: Values, account: string, ownKey: Uint8Array, releaseKey: string, sources: readonly Source[] = []) {
  const inOrder: Values = Object.fromEntries(survey.questions.flatMap(({ key }) => (key in values ? [[key, values[key] as number]] : [])));
  const said = { survey_id: survey.survey_id, member: account, values: inOrder };
  const content = sources.length ? { ...said, sources: sources.map(({ credential, answers }) => ({ credential, answers })) } : said;
  const salt = systemRandomness(SALT_BYTES);
  const document = canonicalJson({ ...content, salt: toHex(salt).slice(2) });
  const sealed = seal(document, [ownKey, publicKeyFromHex(releaseKey)], answerContext(survey.survey_id, account));
  return {
    values: inOrder,
    commitment: toHex(commit(salt, canonicalJson(content))),
    recipients_hash: recipientsHash([publicKeyToHex(ownKey), releaseKey]),
    items: maskOf(survey, inOrder),
    parts: { sealed_base64: toBase64(sealed) },
  };
}

/** What a member signs of whom an answer is sealed to: the hash of their keys in hex, ascending, one a line. */
export function recipientsHash(keys: readonly string[]): Hex {
  return textHash(keys.toSorted().join("\n"));
}

/** An answer of one's own, opened, and what it commits to: the ledger has that and nothing else of it. */
export interface OwnAnswer {
  values: Values;
  /** Who signed what of it, where it was not typed; not held against anything yet. */
  sources: readonly Source[];
  commitment: Hex;
}

/** Throws SealingError for an envelope that was altered or is another's. */
export function openAnswer(sealed: Uint8Array, own: KeyPair, surveyId: string, account: string): OwnAnswer {
  const opened = parseCanonicalJson(openSealed(sealed, own, answerContext(surveyId, account)));
  const { salt, ...content } = opened as { salt: string; survey_id: string; member: string; values: Values; sources?: readonly Source[] };
  return { values: content.values, sources: content.sources ?? [], commitment: toHex(commit(fromHex(salt), canonicalJson(content))) };
}

function answerContext(surveyId: string, account: string): Uint8Array {
  return utf8(`answer:${surveyId.slice(2)}:${account}`);
}

/** What a release pays, if what was shown is what the request's terms come to: that is what is signed and paid. */
function coinsPaid(request: Shapes["OpenRequest"]): number {
  const coins = request.coins_base + request.coins_per_item * request.items.length;
  if (coins !== request.coins_offered) throw new FalsehoodError("page-false-request", { field: "coins_offered" });
  return coins;
}

/** `until` is the request's end or earlier, in unix seconds. */
export function deciding(request: Shapes["OpenRequest"], account: string, given: boolean, uses: number, until: number): Message<"consent"> {
  checkText(request.notice.text, request.notice.hash);
  return {
    consent_id: newId(),
    member: account,
    request_id: request.request_id,
    request_digest: requestDigest(request),
    decision: given ? STATEMENTS.CONSENT_GIVEN : STATEMENTS.CONSENT_REFUSED,
    recipient: request.recipient,
    purpose: request.purpose,
    items: request.item_labels,
    item_mask: request.item_mask,
    valid_from: now() - CLOCK_SKEW_SECONDS,
    valid_until: given ? until : request.valid_until,
    uses_maximum: uses,
    coins: coinsPaid(request),
    notice_hash: request.notice.hash,
    sequence: sequence(),
    deadline: deadline(),
  };
}

/** Nobody owes a reason for a withdrawal, and the hash of a guessable one would be public: none is given. */
export function withdrawing(consentId: string, account: string): Message<"withdrawal"> {
  return {
    consent_id: consentId,
    member: account,
    decision: STATEMENTS.CONSENT_WITHDRAWN,
    reason_hash: NOTHING,
    sequence: sequence(),
    deadline: deadline(),
  };
}

export function buying(offer: Shapes["CouponOffer"], count: number, account: string): Message<"purchase"> {
  return {
    purchase_id: newId(),
    member: account,
    class_id: offer.class_id,
    title: offer.title,
    count,
    coins: offer.price_coins * count,
    deadline: deadline(),
  };
}

/** The words that the shop signed, and whose coupon it is by a hash that says so to the contract alone. */
export function redeeming(
  offer: Shapes["RedemptionView"],
  account: string,
  wallet: Wallet,
): { message: Message<"redemption">; parts: Parts<"redemption"> } {
  const salt = wallet.redemptionSalt(offer.redemption_id);
  return {
    message: {
      redemption_id: offer.redemption_id,
      class_id: offer.class_id,
      title: offer.title,
      shop: offer.shop,
      member_hash: toHex(keccak_256(concatBytes(new Uint8Array(12), fromHex(account), salt))),
      deadline: offer.deadline,
    },
    parts: { salt: toHex(salt) },
  };
}

/** Of all answers given to a survey the one that stands, or that stood before a block; a correction takes an answer's place. */
export function standing(answers: readonly Shapes["StoredAnswer"][], surveyId: string, beforeBlock = Infinity): Shapes["StoredAnswer"] | null {
  const given = answers.filter((one) => one.survey_id === surveyId && one.block_number < beforeBlock);
  const replaced = new Set(given.map((one) => one.replaces));
  return given.find((one) => !replaced.has(one.answer_id)) ?? null;
}

const ANSWER_BOX = "answers";

/** One answer, out of the sealed document that carries its id; null if this wallet does not open it. */
export function ownAnswer(
  documents: readonly Shapes["StoredDocument"][],
  answer: Pick<Shapes["StoredAnswer"], "answer_id" | "survey_id"> | null,
  own: KeyPair,
  account: string,
): OwnAnswer | null {
  const document = documents.find((one) => one.box === ANSWER_BOX && one.name === answer?.answer_id.slice(2));
  if (!document || !answer) return null;
  try {
    return openAnswer(fromBase64(document.sealed_base64), own, answer.survey_id, account);
  } catch (error) {
    // Sealed to a key of before.
    if (!(error instanceof SealingError)) throw error;
    return null;
  }
}

export function paying(receiver: string, coins: number, account: string): Message<"coin_transfer"> {
  return { transfer_id: newId(), owner: account, receiver, amount: coins, deadline: deadline() };
}

/** With a nonce of one's own, which goes into what picks the winners. */
export function entering(draw: Shapes["DrawView"], account: string): Message<"entry"> {
  return { entry_id: newId(), member: account, draw_id: draw.draw_id, title: draw.title, nonce: newId(), coins: draw.price_coins, deadline: deadline() };
}

/** Who together may give this account a new key, in the order that the contract wants. */
export function naming(guardians: readonly string[], threshold: number, waitSeconds: number, account: string): Message<"guardians"> {
  const ordered = [...new Set(guardians)].sort((left, right) => (BigInt(left) < BigInt(right) ? -1 : 1));
  return { guardians_id: newId(), account, statement: STATEMENTS.GUARDIANS_STATEMENT, guardians: ordered, threshold, wait_seconds: waitSeconds, sequence: sequence(), deadline: deadline() };
}

export function stopping(openingId: string, account: string): Message<"veto"> {
  return { opening_id: openingId, owner: account, deadline: deadline() };
}
