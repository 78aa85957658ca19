/**
 * The bank's account of a member's affairs, held against the record. Each check throws FalsehoodError with the sentence
 * that a person reads, or returns the block as of which everything is true.
 */
import type { AsOf } from "../bank/client.ts";
import type { components } from "../generated/api.d.ts";
import { CONSENT_STATES, type Evidence, FalsehoodError } from "./evidence.ts";
import { type RecordedEvent, mentions } from "./events.ts";

type Passbook = components["schemas"]["Passbook"];
type Entry = components["schemas"]["PassbookEntry"];
type ConsentView = components["schemas"]["ConsentView"];

/** What a line needs: an event of one of these kinds that names the account or the line's id. A kind that is not here is none. */
const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  joined: ["Joined"],
  answer: ["Answered"],
  correction: ["Corrected"],
  consent: ["ConsentChanged"],
  disclosure: ["ConsentUsed"],
  purchase: ["CouponIssued"],
  gift: ["GiftGiven", "CouponIssued"],
  redemption: ["CouponRedeemed"],
  "consent-by-rule": ["ConsentChanged"],
  "coupons-received": ["CouponMoved", "TransferSingle", "TransferBatch"],
  "coupons-sent": ["CouponMoved", "TransferSingle", "TransferBatch"],
  "draw-won": ["DrawWon"],
  "delegate-ended": ["Delegated"],
  "delegate-named": ["Delegated"],
  "ward-given": ["Delegated"],
  "ward-taken": ["Delegated"],
  dismissed: ["Dismissed"],
  "escrow-created": ["EscrowCreated"],
  "guardians-named": ["GuardiansNamed"],
  "key-replaced": ["KeyRotated"],
  "recovery-begun": ["RecoveryBegun"],
  "recovery-vetoed": ["RecoveryVetoed"],
  reinstated: ["Reinstated"],
  "rule-ended": ["RuleEnded"],
  "rule-set": ["RuleSet"],
  suspended: ["Suspended"],
  "partner-reward": ["Granted"],
  "coins-bought": ["Granted"],
  "coins-spent": ["Burnt"],
  "coins-received": ["Moved", "Transfer"],
  "coins-sent": ["Moved", "Transfer"],
  "coins-to-oneself": ["Moved", "Transfer"],
  "coins-locked": ["Moved"],
  "coins-unlocked": ["Moved"],
  "draw-entered": ["Moved"],
  "draw-refunded": ["Moved"],
};

/** 1. Each line's block bears it out; 2. the lines add up; 3. to what the ledger holds: so no line that moved coins is missing. */
export async function checkPassbook(evidence: Evidence, account: string, read: () => Promise<AsOf<Passbook>>): Promise<number> {
  const { seen } = evidence;
  const { value: book, block: height } = await read();
  await evidence.notOlder(height, seen);
  const lines = book.entries.filter((entry) => entry.block_number <= height);
  const byBlock = new Map<number, Entry[]>();
  for (const line of lines) byBlock.set(line.block_number, [...(byBlock.get(line.block_number) ?? []), line]);
  for (const [number, entries] of byBlock) {
    const events = await evidence.events(number); // 1.
    const header = await evidence.header(number);
    const moved = events.reduce((sum, event) => sum + coinsIn(event, account), 0);
    if (moved !== sum(entries)) throw new FalsehoodError("page-false-coins", { number, said: sum(entries), recorded: moved });
    for (const entry of entries) checkLine(entry, events, account, header.timestamp);
  }
  let balance = 0;
  for (const line of book.entries) {
    balance += line.coins; // 2.
    if (line.balance !== balance) throw new FalsehoodError("page-false-sum", { said: line.balance, recorded: balance });
  }
  const held = await evidence.coins(account, height); // 3.
  if (held !== sum(lines)) throw new FalsehoodError("page-false-balance", { said: sum(lines), recorded: held });
  return height;
}

function checkLine(line: Entry, events: readonly RecordedEvent[], account: string, time: number): void {
  if (line.time !== time) throw new FalsehoodError("page-false-time", { number: line.block_number });
  const kinds = SHOWN_BY[line.kind] ?? [];
  const shown = events.some((event) => kinds.includes(event.name) && fits(event, line, account));
  if (!shown) throw new FalsehoodError("page-false-line", { number: line.block_number });
}

function fits(event: RecordedEvent, line: Entry, account: string): boolean {
  if (line.kind === "disclosure") {
    return (!line.release_id || mentions(event, line.release_id)) && (!line.consent_id || mentions(event, line.consent_id));
  }
  if (line.kind === "consent" && line.state && CONSENT_STATES[String(event.values.state)] !== line.state) return false;
  return mentions(event, line.kind === "consent" && line.consent_id ? line.consent_id : account);
}

/** By the one event (ERC-20) that stands for each coin that came or went, also where nobody told a reason. */
function coinsIn(event: RecordedEvent, account: string): number {
  if (event.contract !== "coin" || event.name !== "Transfer") return 0;
  const value = Number(event.values.value ?? 0);
  const is = (name: string) => String(event.values[name]).toLowerCase() === account.toLowerCase();
  return (is("receiver") ? value : 0) - (is("sender") ? value : 0);
}

function sum(entries: readonly Entry[]): number {
  return entries.reduce((total, entry) => total + entry.coins, 0);
}

/**
 * Each consent's state and end are those that the ledger holds under its id, for this very account: at the block that the
 * bank had read, or, where one changed in the meantime, at the ledger's newest.
 */
export async function checkConsents(evidence: Evidence, account: string, read: () => Promise<AsOf<ConsentView[]>>): Promise<number> {
  const { seen } = evidence;
  const { value: consents, block } = await read();
  await evidence.notOlder(block, seen);
  try {
    return await checkConsentsAt(evidence, account, consents, block);
  } catch (error) {
    const newest = await evidence.newest();
    if (!(error instanceof FalsehoodError) || newest === block) throw error;
    return checkConsentsAt(evidence, account, consents, newest);
  }
}

async function checkConsentsAt(evidence: Evidence, account: string, consents: readonly ConsentView[], block: number): Promise<number> {
  const header = await evidence.header(block);
  const heads = consents.length ? await evidence.stored("consent", "head", consents.map((one) => one.consent_id), block) : [];
  consents.forEach((consent, index) => {
    const head = heads[index] ?? 0n;
    const member = `0x${(head & ((1n << 160n) - 1n)).toString(16).padStart(40, "0")}`;
    if (member !== account.toLowerCase()) throw new FalsehoodError("page-false-consent", { said: consent.state, recorded: "-" });
    const recorded = CONSENT_STATES[String((head >> 160n) & 255n)] ?? "unknown";
    const until = Number((head >> 208n) & ((1n << 40n) - 1n));
    const ranOut = consent.state === "expired" && until < Math.max(header.timestamp, Date.now() / 1000);
    if ((consent.state !== recorded && !ranOut) || until !== consent.valid_until) {
      throw new FalsehoodError("page-false-consent", { said: consent.state, recorded });
    }
  });
  return block;
}

/**
 * Each answer is on the ledger, given by this very account in its block; and what was opened here is what was committed to
 * (`commitment` is null where this wallet opens nothing).
 */
export async function checkAnswers(
  evidence: Evidence,
  account: string,
  answers: readonly { answer_id: string; block_number: number; title: string | null; commitment: string | null }[],
): Promise<number> {
  for (const answer of answers) {
    const events = await evidence.events(answer.block_number);
    const recorded = events.find((event) => ["Answered", "Corrected"].includes(event.name) && mentions(event, answer.answer_id));
    const isSame = recorded && mentions(recorded, account) && (answer.commitment === null || recorded.values.commitment === answer.commitment);
    if (!isSame) throw new FalsehoodError("page-false-answer", { title: answer.title ?? answer.answer_id });
  }
  return answers.reduce((newest, answer) => Math.max(newest, answer.block_number), 0);
}

/** An act that the bank says it took: its id stands in the block that the receipt names. */
export async function checkReceipt(evidence: Evidence, id: string, block: number): Promise<number> {
  const events = await evidence.events(block);
  if (!events.some((event) => event.name !== "Refused" && mentions(event, id))) {
    throw new FalsehoodError("page-false-receipt", { number: block });
  }
  return block;
}
