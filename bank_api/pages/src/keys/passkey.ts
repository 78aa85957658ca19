/**
 * A passkey beside the passphrase (WebAuthn level 3, extension prf): the authenticator makes 32 bytes that only it can
 * make again, and AES-GCM under what is derived from them keeps the wallet's key. A passkey can be lost, so the
 * passphrase stays a way in, always.
 */
import type { Wallet } from "./wallet.ts";
import { fromBase64, toBase64, utf8 } from "../sealing/bytes.ts";
import { Wallet as Opened } from "./wallet.ts";

export interface PasskeyLock {
  credential: string;
  salt: string;
  nonce: string;
  sealed: string;
}

/** This device has no passkey that can keep a secret, or the person turned it down. */
export class NoPasskeyError extends Error {}

interface PrfResults {
  prf?: { enabled?: boolean; results?: { first?: ArrayBuffer } };
}

/** Passkeys belong to a name, not to a number: there are none at an IP address. */
export function passkeysAreHere(): boolean {
  return "PublicKeyCredential" in globalThis && isSecureContext && !/^[\d.]+$|:/.test(location.hostname);
}

export async function lockWithPasskey(wallet: Wallet, bankName: string): Promise<PasskeyLock> {
  const salt = random(32);
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: random(32),
        rp: { name: bankName, id: location.hostname },
        user: { id: random(16), name: wallet.address, displayName: bankName },
        pubKeyCredParams: [
          { type: "public-key", alg: -7 },
          { type: "public-key", alg: -257 },
        ],
        authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
        extensions: { prf: { eval: { first: salt } } } as AuthenticationExtensionsClientInputs,
      },
    }),
  );
  const { prf } = made.getClientExtensionResults() as PrfResults;
  if (!prf?.enabled && !prf?.results?.first) throw new NoPasskeyError();
  const secret = prf.results?.first ?? (await secretOf(new Uint8Array(made.rawId), salt));
  const nonce = random(12);
  const key = await keyFrom(secret);
  const sealed = await wallet.sealKey(
    async (clear) => new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, new Uint8Array(clear))),
  );
  return {
    credential: toBase64(new Uint8Array(made.rawId)),
    salt: toBase64(salt),
    nonce: toBase64(nonce),
    sealed: toBase64(sealed),
  };
}

/** Throws NoPasskeyError when the passkey is not here, is refused, or is another. */
export async function openWithPasskey(lock: PasskeyLock): Promise<Wallet> {
  const key = await keyFrom(await secretOf(own(fromBase64(lock.credential)), own(fromBase64(lock.salt))));
  try {
    const how = { name: "AES-GCM", iv: own(fromBase64(lock.nonce)) };
    return Opened.fromKey(new Uint8Array(await crypto.subtle.decrypt(how, key, own(fromBase64(lock.sealed)))));
  } catch {
    throw new NoPasskeyError();
  }
}

async function secretOf(credential: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const shown = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        rpId: location.hostname,
        allowCredentials: [{ type: "public-key", id: credential }],
        userVerification: "required",
        extensions: { prf: { eval: { first: salt } } } as AuthenticationExtensionsClientInputs,
      },
    }),
  );
  const secret = (shown.getClientExtensionResults() as PrfResults).prf?.results?.first;
  if (!secret) throw new NoPasskeyError();
  return secret;
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const given = await ask().catch(() => null);
  if (!(given instanceof PublicKeyCredential)) throw new NoPasskeyError();
  return given;
}

async function keyFrom(secret: ArrayBuffer): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: new Uint8Array(utf8("azukari passkey 1")) };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function random(size: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(size));
}

function own(content: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(content);
}
