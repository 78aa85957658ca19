/**
 * Sealed documents, byte for byte as `pds_adapter.sealing.envelope` writes and reads them (its docstring is the format):
 * XChaCha20-Poly1305 under a random key that the header commits to, the key wrapped to each recipient in libsodium's
 * crypto_box_seal. Held together by the vectors of tests/vectors, invalid ones too.
 */
import { xchacha20poly1305 } from "@noble/ciphers/chacha";
import { hsalsa, secretbox } from "@noble/ciphers/salsa";
import { x25519 } from "@noble/curves/ed25519";
import { blake2b } from "@noble/hashes/blake2";
import { type Randomness, areEqual, concatBytes, systemRandomness, toHex, utf8 } from "./bytes.ts";
import { EnvelopeForgedError, EnvelopeFormatError, NotARecipientError, SealingError } from "./errors.ts";
import { KEY_BYTES, type KeyPair, checkPublicKey, keyPairFromSeed } from "./keys.ts";

const MAGIC = concatBytes(utf8("AZSD"), Uint8Array.of(1));
/** Of a document whose key the bank's board can give together besides: that wrapping is not ours to read. */
const SHARED_MAGIC = concatBytes(utf8("AZSD"), Uint8Array.of(2));
const SHARED_BYTES_MAX = 1024;
const BOX_BYTES = 80;
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
const RECIPIENTS_MAX = 255;
const CONTENT_BYTES_MAX = 64 * 1024 * 1024;
const SIGMA = new Uint32Array(new Uint8Array(utf8("expand 32-byte k")).buffer);

interface Wrap {
  readonly recipient: Uint8Array;
  readonly box: Uint8Array;
}

export interface SealedDocument {
  readonly wraps: readonly Wrap[];
  readonly keyCommitment: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** The key as a board shares it; empty where none does. */
  readonly shared: Uint8Array;
}

/** Seal to one or more public keys; the same `context` must be given to open. */
export function seal(
  plaintext: Uint8Array,
  recipients: readonly Uint8Array[],
  context: Uint8Array,
  randomness: Randomness = systemRandomness,
): Uint8Array {
  const byText = new Map(recipients.map((key) => [toHex(key), key]));
  const keys = [...byText.keys()].sort().map((text) => byText.get(text) as Uint8Array);
  if (!keys.length) throw new EnvelopeFormatError("recipients", "a document sealed to nobody is lost");
  if (keys.length > RECIPIENTS_MAX) throw new EnvelopeFormatError("recipients", `more than ${RECIPIENTS_MAX}`);
  if (plaintext.length > CONTENT_BYTES_MAX) throw new EnvelopeFormatError("content", "is too long");
  keys.forEach(checkPublicKey);
  const documentKey = randomness(KEY_BYTES);
  const nonce = randomness(NONCE_BYTES);
  const associated = concatBytes(MAGIC, context);
  const ciphertext = xchacha20poly1305(derive(documentKey, "azukari seal key"), nonce, associated).encrypt(plaintext);
  const wraps = keys.map((recipient) => ({ recipient, box: wrap(documentKey, recipient, randomness) }));
  return toBytes({ wraps, keyCommitment: commitment(documentKey), nonce, ciphertext, shared: new Uint8Array() });
}

/** Open with a recipient's key; refuses an altered document and one that belongs to another context. */
export function openSealed(sealed: Uint8Array, pair: KeyPair, context: Uint8Array): Uint8Array {
  const document = fromBytes(sealed);
  const key = derive(unwrap(document, pair), "azukari seal key");
  try {
    return xchacha20poly1305(key, document.nonce, concatBytes(MAGIC, context)).decrypt(document.ciphertext);
  } catch {
    throw new EnvelopeForgedError("content", "was altered, or it was sealed for another context");
  }
}

/** The same document, also wrapped to these keys, by somebody who can open it; present wraps stay as they are. */
export function widen(sealed: Uint8Array, pair: KeyPair, recipients: readonly Uint8Array[], randomness: Randomness = systemRandomness): Uint8Array {
  const document = fromBytes(sealed);
  const key = unwrap(document, pair);
  const byText = new Map(document.wraps.map((one) => [toHex(one.recipient), one]));
  for (const recipient of recipients) {
    checkPublicKey(recipient);
    if (!byText.has(toHex(recipient))) byText.set(toHex(recipient), { recipient, box: wrap(key, recipient, randomness) });
  }
  if (byText.size > RECIPIENTS_MAX) throw new EnvelopeFormatError("recipients", `more than ${RECIPIENTS_MAX}`);
  return toBytes({ ...document, wraps: [...byText.keys()].sort().map((text) => byText.get(text) as Wrap) });
}

/** The same document for those alone whom `stays` lets stay. */
export function narrow(sealed: Uint8Array, stays: (recipient: Uint8Array) => boolean): Uint8Array {
  const document = fromBytes(sealed);
  return toBytes({ ...document, wraps: document.wraps.filter(({ recipient }) => stays(recipient)) });
}

/** Whether a document can be opened by this key, as its wraps say. */
export function isSealedTo(sealed: Uint8Array, publicKey: Uint8Array): boolean {
  return fromBytes(sealed).wraps.some(({ recipient }) => areEqual(recipient, publicKey));
}

export function toBytes(document: SealedDocument): Uint8Array {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, document.ciphertext.length);
  const { shared } = document;
  return concatBytes(
    shared.length ? SHARED_MAGIC : MAGIC,
    Uint8Array.of(document.wraps.length),
    ...document.wraps.flatMap(({ recipient, box }) => [recipient, box]),
    ...(shared.length ? [Uint8Array.of(shared.length >> 8, shared.length & 255), shared] : []),
    document.keyCommitment,
    document.nonce,
    size,
    document.ciphertext,
  );
}

/** The strict inverse of `toBytes`: one spelling only. */
export function fromBytes(data: Uint8Array): SealedDocument {
  let at = 0;
  const take = (size: number, field: string): Uint8Array => {
    const piece = data.subarray(at, at + size);
    if (piece.length !== size) throw new EnvelopeFormatError(field, `needs ${size} bytes, only ${piece.length} are left`);
    at += size;
    return piece;
  };
  const magic = take(MAGIC.length, "format and version");
  const isShared = areEqual(magic, SHARED_MAGIC);
  if (!isShared && !areEqual(magic, MAGIC)) {
    throw new EnvelopeFormatError("format and version", "are others");
  }
  const count = take(1, "number of wraps")[0] ?? 0;
  const wraps = Array.from({ length: count }, () => ({
    recipient: publicKey(take(KEY_BYTES, "recipient")),
    box: take(BOX_BYTES, "box"),
  }));
  checkOrder(wraps);
  let shared = new Uint8Array();
  if (isShared) {
    const length = take(2, "size of shared");
    shared = Uint8Array.from(take(new DataView(length.buffer, length.byteOffset).getUint16(0), "shared"));
    if (!shared.length || shared.length > SHARED_BYTES_MAX) throw new EnvelopeFormatError("shared", "has a wrong size");
  }
  const keyCommitment = take(KEY_BYTES, "key commitment");
  const nonce = take(NONCE_BYTES, "nonce");
  const head = take(4, "size");
  const size = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const ciphertext = take(size, "ciphertext");
  if (at !== data.length) throw new EnvelopeFormatError("end", `${data.length - at} bytes follow the last field`);
  if (size < TAG_BYTES || size > CONTENT_BYTES_MAX + TAG_BYTES) throw new EnvelopeFormatError("ciphertext", "has a wrong size");
  return { wraps, keyCommitment, nonce, ciphertext, shared };
}

function publicKey(encoded: Uint8Array): Uint8Array {
  try {
    checkPublicKey(encoded);
  } catch (error) {
    throw new EnvelopeFormatError("recipient", error instanceof SealingError ? error.message : String(error));
  }
  return encoded;
}

function checkOrder(wraps: readonly Wrap[]): void {
  const order = wraps.map(({ recipient }) => toHex(recipient));
  if (order.some((key, index) => index > 0 && key <= (order[index - 1] ?? ""))) {
    throw new EnvelopeFormatError("wraps", "recipients must be strictly ascending, none twice");
  }
}

function unwrap(document: SealedDocument, pair: KeyPair): Uint8Array {
  const own = document.wraps.find(({ recipient }) => areEqual(recipient, pair.publicKey));
  if (!own) throw new NotARecipientError("wraps", "none is for this key");
  const ephemeral = own.box.subarray(0, KEY_BYTES);
  let documentKey: Uint8Array;
  try {
    const shared = sharedKey(pair.secret, ephemeral);
    documentKey = secretbox(shared, boxNonce(ephemeral, pair.publicKey)).open(own.box.subarray(KEY_BYTES));
  } catch {
    throw new EnvelopeForgedError("wraps", "the wrap for this key was altered");
  }
  if (!areEqual(commitment(documentKey), document.keyCommitment)) {
    throw new EnvelopeForgedError("wraps", "the wrapped key is not the one the document commits to");
  }
  return documentKey;
}

/** libsodium's crypto_box_seal, with the ephemeral key drawn from the given randomness. */
function wrap(documentKey: Uint8Array, recipient: Uint8Array, randomness: Randomness): Uint8Array {
  const ephemeral = keyPairFromSeed(randomness(KEY_BYTES));
  const shared = sharedKey(ephemeral.secret, recipient);
  const box = secretbox(shared, boxNonce(ephemeral.publicKey, recipient)).seal(documentKey);
  return concatBytes(ephemeral.publicKey, box);
}

function boxNonce(ephemeral: Uint8Array, recipient: Uint8Array): Uint8Array {
  return blake2b(concatBytes(ephemeral, recipient), { dkLen: NONCE_BYTES });
}

/** libsodium's crypto_box_beforenm: HSalsa20 over the X25519 secret. */
function sharedKey(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const point = new Uint32Array(x25519.getSharedSecret(secret, publicKey).slice().buffer);
  const out = new Uint32Array(8);
  hsalsa(SIGMA, point, new Uint32Array(4), out);
  return new Uint8Array(out.buffer);
}

function commitment(documentKey: Uint8Array): Uint8Array {
  return derive(documentKey, "azukari seal com");
}

function derive(documentKey: Uint8Array, purpose: string): Uint8Array {
  return blake2b(new Uint8Array(0), { key: documentKey, dkLen: KEY_BYTES, personalization: utf8(purpose) });
}
