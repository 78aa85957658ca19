/**
 * A key in a file as every Ethereum wallet reads it (Web3 Secret Storage, version 3), and as `wallet_cli/keyfile.py`
 * writes it: AES-128-CTR under half of what the passphrase derives, keccak over the other half and the ciphertext.
 *
 * Written with PBKDF2-HMAC-SHA256, which browsers run natively; read with scrypt too, as the command line writes.
 */
import { scryptAsync } from "@noble/hashes/scrypt";
import { keccak_256 } from "@noble/hashes/sha3";
import { areEqual, concatBytes, fromHex, toHex, utf8 } from "../sealing/bytes.ts";

/** OWASP's iterations for PBKDF2-HMAC-SHA256, as in `wallet_cli/keystore.py`. */
export const ITERATIONS = 600_000;
export const PASSPHRASE_LENGTH_MINIMUM = 8;
const KEY_BYTES = 32;
/** A file that asks for more is not opened: the work is the file's to name. */
const MEMORY_BYTES_MAXIMUM = 2 ** 30;
const ITERATIONS_MAXIMUM = 10_000_000;

export interface Keyfile {
  address: string;
  crypto: {
    cipher: string;
    cipherparams: { iv: string };
    ciphertext: string;
    kdf: string;
    kdfparams: Record<string, string | number>;
    mac: string;
  };
  id: string;
  version: 3;
}

/** The file is not a V3 file, or is damaged. */
export class KeyfileError extends Error {}

/** The passphrase is wrong, or the ciphertext was altered. */
export class WrongPassphraseError extends Error {}

/** The file of a 32-byte key. `address` is checksummed or not, with 0x. */
export async function encryptKey(key: Uint8Array, address: string, passphrase: string): Promise<Keyfile> {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const counter = crypto.getRandomValues(new Uint8Array(16));
  const derived = await pbkdf2(passphrase, salt, ITERATIONS);
  const ciphertext = await aes(derived.subarray(0, 16), counter, key);
  return {
    address: address.slice(2).toLowerCase(),
    crypto: {
      cipher: "aes-128-ctr",
      cipherparams: { iv: hex(counter) },
      ciphertext: hex(ciphertext),
      kdf: "pbkdf2",
      kdfparams: { dklen: KEY_BYTES, salt: hex(salt), c: ITERATIONS, prf: "hmac-sha256" },
      mac: hex(mac(derived, ciphertext)),
    },
    id: crypto.randomUUID(),
    version: 3,
  };
}

/** The 32 bytes of the key. Throws WrongPassphraseError, or KeyfileError for a damaged file. */
export async function decryptKey(file: Keyfile, passphrase: string): Promise<Uint8Array> {
  const { crypto: sealed } = file;
  if (sealed.cipher !== "aes-128-ctr") throw new KeyfileError("the cipher is not aes-128-ctr");
  const counter = bytes(sealed.cipherparams.iv, 16);
  const ciphertext = bytes(sealed.ciphertext, KEY_BYTES);
  const derived = await derive(passphrase, sealed.kdf, sealed.kdfparams);
  if (!areEqual(mac(derived, ciphertext), bytes(sealed.mac, 32))) throw new WrongPassphraseError();
  return aes(derived.subarray(0, 16), counter, ciphertext);
}

/** A V3 file from its text. Throws KeyfileError for anything else. */
export function parseKeyfile(text: string): Keyfile {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new KeyfileError("is not JSON");
  }
  const found = file as (Partial<Keyfile> & { Crypto?: Keyfile["crypto"] }) | null;
  const sealed = found?.crypto ?? found?.Crypto;
  if (found?.version !== 3 || !sealed?.cipherparams || !sealed.kdfparams) throw new KeyfileError("is not a V3 file");
  return { address: String(found.address ?? ""), crypto: sealed, id: String(found.id ?? ""), version: 3 };
}

async function derive(passphrase: string, kdf: string, parameters: Record<string, string | number>): Promise<Uint8Array> {
  const salt = bytes(String(parameters.salt), undefined);
  if (parameters.dklen !== KEY_BYTES) throw new KeyfileError(`dklen must be ${KEY_BYTES}`);
  if (kdf === "pbkdf2") {
    const iterations = Number(parameters.c);
    if (parameters.prf !== "hmac-sha256") throw new KeyfileError("the prf is not hmac-sha256");
    if (!(iterations >= 1 && iterations <= ITERATIONS_MAXIMUM)) throw new KeyfileError("asks for too much work");
    return pbkdf2(passphrase, salt, iterations);
  }
  if (kdf !== "scrypt") throw new KeyfileError("the kdf is neither scrypt nor pbkdf2");
  const [n, r, p] = [Number(parameters.n), Number(parameters.r), Number(parameters.p)];
  if (!(128 * r * (n + p + 2) <= MEMORY_BYTES_MAXIMUM)) throw new KeyfileError("asks for too much memory");
  return scryptAsync(utf8(passphrase), salt, { N: n, r, p, dkLen: KEY_BYTES, maxmem: MEMORY_BYTES_MAXIMUM + 2 ** 20 });
}

async function pbkdf2(passphrase: string, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  const material = await crypto.subtle.importKey("raw", own(utf8(passphrase)), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: own(salt), iterations };
  return new Uint8Array(await crypto.subtle.deriveBits(how, material, 8 * KEY_BYTES));
}

async function aes(key: Uint8Array, counter: Uint8Array, text: Uint8Array): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey("raw", own(key), "AES-CTR", false, ["encrypt"]);
  // Counter mode: enciphering and deciphering are the same.
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CTR", counter: own(counter), length: 128 }, imported, own(text)));
}

function mac(derived: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(derived.subarray(16, 32), ciphertext));
}

function bytes(text: string, size: number | undefined): Uint8Array {
  let found: Uint8Array;
  try {
    found = fromHex(text);
  } catch {
    throw new KeyfileError("holds something that is not hex");
  }
  if (size !== undefined && found.length !== size) throw new KeyfileError("holds something of a wrong length");
  return found;
}

function hex(content: Uint8Array): string {
  return toHex(content).slice(2);
}

/** A copy over memory of its own, as WebCrypto's types ask. */
function own(content: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(content);
}
