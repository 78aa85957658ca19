/** Who uses this page: the wallet kept in this browser, whether it is open, the bank, and what was checked of it. */
import type { Deployed } from "../acts/acts.ts";
import { Bank, type Shapes } from "../bank/client.ts";
import { type Keyfile, parseKeyfile } from "../keys/keyfile.ts";
import type { PasskeyLock } from "../keys/passkey.ts";
import { type Outside, outsideSigning } from "../keys/outside.ts";
import { Wallet } from "../keys/wallet.ts";
import { Evidence } from "../record/evidence.ts";
import { Ledger } from "../record/ledger.ts";
import { OtherThanPinnedError, pinned, placeOf } from "../record/pins.ts";
import { seenOf } from "../record/seen.ts";
import { fromHex } from "../sealing/bytes.ts";
import { forgetAnswerDrafts } from "./forgetting.ts";

/** What the browser keeps: the key, sealed; nothing that opens it. */
export interface KeptWallet {
  keyfile: Keyfile;
  /** Whether the bank knows the wallet yet. */
  joined: boolean;
  passkey?: PasskeyLock;
  /** Whose wallet signs, where it is not the key in the file: that one opens documents alone. */
  outside?: Outside;
  /** The signed word that asked to become a member, until the wallet is one's: sent again, it says how that stands. */
  registration?: Shapes["RegistrationBody"];
}

/** Each part of the pages has its wallet: who is a member and works at a shop has two. */
const PART = location.pathname.split("/")[1] ?? "member";
const STORED = PART === "member" ? "azukari.wallet" : `azukari.wallet.${PART}`;
const DEMO = `azukari.demo.${PART}`;

interface Me {
  about: Shapes["BankInfo"] | null;
  evidence: Evidence | null;
  /** Where the bank contradicts what this browser wrote down. */
  contradiction: string | null;
  kept: KeptWallet | null;
  wallet: Wallet | null;
  /** Whose affairs are shown and signed for: one's own account, or the ward's that one acts for. */
  account: string | null;
  /** The account that is acted for, if it is not one's own. */
  ward: string | null;
  /** What the ledger lets this account do, as the bank said at the login. */
  roles: readonly string[];
  /** A wallet of the demo, whose key stands in a link that anybody may have. */
  isDemo: boolean;
}

export const bank = new Bank();
// Not deeply watched: the wallet and the evidence are objects with lives of their own.
let me = $state.raw<Me>({ about: null, evidence: null, contradiction: null, kept: read(), wallet: null, account: null, ward: null, roles: [], isDemo: false });

export function current(): Me {
  return me;
}

/** Ask the bank who it is and hold it against what was written down. Throws when it does not answer. */
export async function meetBank(): Promise<void> {
  const about = await bank.about();
  try {
    const ledger = new Ledger();
    const pins = await pinned(placeOf(about), ledger);
    const seen = seenOf(pins.genesis, (number) => bank.heard(number));
    const looker = { seen, now: () => Date.now() / 1000, pulse: () => bank.question("/v1/pulses", {}) };
    me = { ...me, about, evidence: new Evidence(ledger, pins, looker), contradiction: null };
    await enterDemo();
  } catch (error) {
    if (!(error instanceof OtherThanPinnedError)) throw error;
    me = { ...me, about, evidence: null, contradiction: error.field };
  }
}

/**
 * A link of the demo on this very machine carries a wallet's key (`#demo=…`), kept for this tab alone. From anywhere else
 * such a link is nothing: whoever made it would have the key of whoever followed it.
 */
async function enterDemo(): Promise<void> {
  if (!["localhost", "127.0.0.1"].includes(location.hostname)) return;
  const given = /^#demo=([0-9a-f]{64})$/.exec(location.hash)?.[1];
  if (given) {
    sessionStorage.setItem(DEMO, given);
    history.replaceState(null, "", location.pathname);
  }
  const key = sessionStorage.getItem(DEMO);
  if (key === null || me.wallet) return;
  await enter(Wallet.fromKey(fromHex(key)));
  me = { ...me, isDemo: true };
}

/** What signatures are bound to: the contracts that were written down, whatever the bank names today. */
export function deployed(): Deployed {
  const { chainId, contracts } = known().pins;
  return { chainId, contracts };
}

/** What is checked of the bank that was met. */
export function known(): Evidence {
  if (!me.evidence) throw new Error("the bank was not met");
  return me.evidence;
}

export function keep(kept: KeptWallet): void {
  localStorage.setItem(STORED, JSON.stringify(kept));
  me = { ...me, kept };
}

/** Forget the wallet of this browser. Whoever has no copy of it elsewhere has lost it. */
export function forget(): void {
  leave();
  me = { ...me, kept: null, wallet: null, account: null, ward: null, roles: [] };
}

/** As `forget`, from the next visit on: what stands on the screen may be read to its end. */
export function leave(): void {
  localStorage.removeItem(STORED);
  if (PART === "member") forgetAnswerDrafts();
}

/** Go on with an opened wallet. Throws BankProblem if the bank does not know it. */
export async function enter(wallet: Wallet): Promise<void> {
  await bank.logIn(wallet, deployed().chainId);
  me = { ...me, wallet, account: bank.account, ward: null, roles: bank.roles };
}

/** What the opened key is to this browser: itself, or the key for documents beside a wallet outside. Throws OutsideError. */
export async function whole(wallet: Wallet): Promise<Wallet> {
  const outside = me.kept?.outside;
  return outside ? wallet.signedBy(await outsideSigning(outside, deployed().chainId, me.about?.name ?? "Azukari")) : wallet;
}

/** Show and sign for somebody else from now on, in these roles, as far as their delegation reaches; null for oneself again. */
export function actFor(ward: string | null, roles: readonly string[] = ["member"]): void {
  bank.ward = ward;
  me = { ...me, ward, account: ward ?? bank.account, roles: ward ? roles : bank.roles };
}

/** The wallet is open but nobody's yet: about to join. */
export function hold(wallet: Wallet): void {
  me = { ...me, wallet };
}

export async function lock(): Promise<void> {
  await bank.logOut();
  sessionStorage.removeItem(DEMO);
  me = { ...me, wallet: null, account: null, ward: null, roles: [], isDemo: false };
}

export function signer(): { wallet: Wallet; account: string } {
  if (!me.wallet) throw new Error("the wallet is locked");
  return { wallet: me.wallet, account: me.account ?? me.wallet.address };
}

function read(): KeptWallet | null {
  const text = localStorage.getItem(STORED);
  if (text === null) return null;
  const kept = JSON.parse(text) as KeptWallet;
  return { ...kept, keyfile: parseKeyfile(JSON.stringify(kept.keyfile)) };
}
