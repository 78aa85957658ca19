/** Bytes as text and back, in the two spellings that the API uses; any other spelling is refused. */
import { bytesToHex } from "@noble/hashes/utils";

export { concatBytes, utf8ToBytes as utf8 } from "@noble/hashes/utils";

export type Hex = `0x${string}`;

/** Fixed or random bytes: `crypto.getRandomValues` unless a test passes its own. */
export type Randomness = (size: number) => Uint8Array;

export const systemRandomness: Randomness = (size) => crypto.getRandomValues(new Uint8Array(size));

export function toHex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`;
}

/** Throws RangeError unless `text` is hex digits, with 0x before them or not, a pair a byte. */
export function fromHex(text: string): Uint8Array {
  const digits = text.startsWith("0x") ? text.slice(2) : text;
  if (digits.length % 2 || !/^[0-9a-fA-F]*$/.test(digits)) throw new RangeError("is not hex");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Throws DOMException for anything but base64 with padding. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** In time that tells nothing of where they differ. */
export function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  let different = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) different |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return different === 0;
}
