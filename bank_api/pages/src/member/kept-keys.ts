/**
 * The key that an account had, on its way to the present one, and a key that guardians hold in shares
 * (`wallet_cli/{former_keys,entrusted_keys}.py`, ADR 68): all of it sealed, and opened nowhere but here.
 */
import { blake2b } from "@noble/hashes/blake2";
import type { Bank, Shapes } from "../bank/client.ts";
import { createEscrow } from "../escrow/create.ts";
import { type DocumentEscrow, contribute, openContribution, openTogether, parseDocument } from "../escrow/document.ts";
import { openWrappedShare } from "../escrow/shares.ts";
import type { Partial } from "../escrow/threshold.ts";
import type { Wallet } from "../keys/wallet.ts";
import { FalsehoodError } from "../record/evidence.ts";
import { areEqual, concatBytes, fromBase64, fromHex, systemRandomness, toBase64, toHex, utf8 } from "../sealing/bytes.ts";
import { canonicalJson, parseCanonicalJson } from "../sealing/canonical.ts";
import { isSealedTo, narrow, openSealed, seal, widen } from "../sealing/envelope.ts";
import { SealingError } from "../sealing/errors.ts";
import { type KeyPair, keyPairFromSecret, publicKeyFromHex, publicKeyToHex } from "../sealing/keys.ts";

const LABEL = utf8("azukari former key 1\0");
const MARK_BYTES = 32;
const MARK_PERSONALIZATION = utf8("azukari former 1");
const ENTRUSTED_LABEL = utf8("azukari entrusted key 1\0");
const NONCE_BYTES = 16;

export interface FormerKey {
  pair: KeyPair;
  /** Address of the key that signed with it; empty where it is not known. */
  signer: string;
  /** Marks of what it gave (`open-grants.ts`) that goes on by the new key's word: its holder saw it and said so. */
  renew: readonly string[];
}

/** Before the old key is worth nothing any more. Safe to repeat. */
export async function keepFormer(bank: Bank, account: string, former: FormerKey, fresh: KeyPair): Promise<void> {
  const publicKey = publicKeyToHex(former.pair.publicKey);
  const content = canonicalJson({ renew: [...former.renew].sort(), secret: toHex(former.pair.secret).slice(2), signer: former.signer });
  const body: Shapes["FormerKeyBody"] = { sealed_base64: toBase64(seal(concatBytes(markOf(fresh, account, publicKey, content), content), [fresh.publicKey], contextOf(account, publicKey))) };
  await bank.put(`/v1/me/former-keys/${publicKey}`, body);
}

/** Those that this wallet's key opens and that are what they are called; others were put there by somebody else. */
export async function waiting(bank: Bank, account: string, wallet: Wallet): Promise<FormerKey[]> {
  const { keys } = await bank.get<Shapes["FormerKeys"]>("/v1/me/former-keys");
  const found = keys.map((one) => {
    try {
      const opened = openSealed(fromBase64(one.sealed_base64), wallet.encryption, contextOf(account, one.public_key));
      const [mark, content] = [opened.subarray(0, MARK_BYTES), opened.subarray(MARK_BYTES)];
      // Anybody can seal to this wallet's key; only who has its secret kept this.
      if (!areEqual(mark, markOf(wallet.encryption, account, one.public_key, content))) return null;
      const { renew, secret, signer } = parseCanonicalJson(content) as { renew: string[]; secret: string; signer: string };
      const pair = keyPairFromSecret(fromHex(`0x${secret}`));
      return publicKeyToHex(pair.publicKey) === one.public_key ? { pair, signer, renew } : null;
    } catch (error) {
      if (error instanceof SealingError) return null;
      throw error;
    }
  });
  return found.filter((one) => one !== null);
}

/** This wallet's key for documents, in escrow with guardians, two at least; what was entrusted before ends. */
export async function entrustKey(bank: Bank, wallet: Wallet, account: string, guardians: ReadonlyMap<string, string>, threshold: number, giveUp = false): Promise<void> {
  const { secret, publicKey } = wallet.encryption;
  const { encoded, sealedShares } = createEscrow(secret, [...guardians.values()], threshold, publicKey, escrowIdOf(account, systemRandomness(NONCE_BYTES)));
  const shares = [...guardians.keys()].map((guardian, place) => ({ guardian, sealed_base64: toBase64(sealedShares[place] as Uint8Array) }));
  const body: Shapes["EntrustedKeyBody"] = { escrow_base64: toBase64(encoded), shares, give_up: giveUp };
  await bank.put("/v1/me/entrusted-key", body);
}

/** As guardian, to the recovery that is approved; whether there was a share of that account's key. */
export async function contributeTo(bank: Bank, wallet: Wallet, owner: string, recoveryId: string, newKey: string): Promise<boolean> {
  const { shares } = await bank.get<Shapes["KeyShares"]>("/v1/key-shares");
  const one = shares.find((each) => each.owner === owner);
  if (!one) return false;
  const escrow = escrowOf(one.escrow_base64, owner);
  const share = openWrappedShare(fromBase64(one.sealed_base64), wallet.encryption, escrow.terms);
  const sealed = contribute(escrow, share, fromHex(recoveryId), publicKeyFromHex(newKey));
  const body: Shapes["KeyContribution"] = { recovery_id: recoveryId, sealed_base64: toBase64(sealed) };
  await bank.put(`/v1/key-shares/${owner}/contribution`, body);
  return true;
}

/** How far the guardians' parts reach: the key that the account had, or how many are there of how many; null where nothing was entrusted. */
export type Together = { pair: KeyPair } | { given: number; needed: number };

export async function putTogether(bank: Bank, wallet: Wallet, account: string): Promise<Together | null> {
  const [kept] = (await bank.get<Shapes["EntrustedKeys"]>("/v1/me/entrusted-key")).keys;
  if (!kept) return null;
  const escrow = escrowOf(kept.escrow_base64, account);
  const needed = escrow.terms.threshold;
  const byRecovery = new Map<string, Map<number, Partial>>();
  for (const { recovery_id: id, contribution_base64: sealed } of kept.shares) {
    if (!id || !sealed) continue;
    try {
      const partial = openContribution(fromBase64(sealed), wallet.encryption, escrow, fromHex(id));
      byRecovery.set(id, (byRecovery.get(id) ?? new Map<number, Partial>()).set(partial.index, partial));
    } catch (error) {
      if (!(error instanceof SealingError)) throw error; // to another recovery's key, or false
    }
  }
  const enough = [...byRecovery.values()].find((partials) => partials.size >= needed);
  if (enough) return { pair: keyPairFromSecret(openTogether(escrow, [...enough.values()])) };
  return { given: Math.max(0, ...[...byRecovery.values()].map((partials) => partials.size)), needed };
}

/** Shares that others entrusted to this account, for its new key. */
export async function wrapShares(bank: Bank, former: KeyPair, to: Uint8Array): Promise<void> {
  const { shares } = await bank.get<Shapes["KeyShares"]>("/v1/key-shares");
  for (const one of shares) {
    const sealed = fromBase64(one.sealed_base64);
    if (!isSealedTo(sealed, former.publicKey)) continue;
    const body: Shapes["ShareWrapped"] = { sealed_base64: toBase64(moved(sealed, former, to)) };
    await bank.put(`/v1/key-shares/${one.owner}`, body);
  }
}

/** The very document, for the new key in the place of the former. */
export function moved(sealed: Uint8Array, former: KeyPair, to: Uint8Array): Uint8Array {
  const own = publicKeyToHex(former.publicKey);
  return narrow(widen(sealed, former, [to]), (recipient) => publicKeyToHex(recipient) !== own);
}

/** Throws FalsehoodError for one that the bank calls that account's and that is another's. */
function escrowOf(text: string, account: string): DocumentEscrow {
  const escrow = parseDocument(fromBase64(text));
  const { escrowId } = escrow.terms;
  if (!areEqual(escrowId, escrowIdOf(account, escrowId.subarray(0, NONCE_BYTES)))) throw new FalsehoodError("error-key-share-of-another", { account });
  return escrow;
}

/** By chance, and bound to the account: nobody gives a part of its key for another's recovery. */
export function escrowIdOf(account: string, nonce: Uint8Array): Uint8Array {
  return concatBytes(nonce, blake2b(concatBytes(ENTRUSTED_LABEL, nonce, utf8(account)), { dkLen: 16 }));
}

/** What only who has the new key's secret can make. */
export function markOf(fresh: KeyPair, account: string, publicKey: string, content: Uint8Array): Uint8Array {
  const bound = concatBytes(contextOf(account, publicKey), content);
  return blake2b(bound, { key: fresh.secret, dkLen: MARK_BYTES, personalization: MARK_PERSONALIZATION });
}

function contextOf(account: string, publicKey: string): Uint8Array {
  return concatBytes(LABEL, canonicalJson([account, publicKey]));
}
