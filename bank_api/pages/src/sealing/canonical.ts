/**
 * One byte string per JSON value, and the salted commitment over it, as `pds_adapter.sealing.canonical` has them:
 * RFC 8785 without floats. Refused: what a browser cannot hold exactly, lone surrogates, depth beyond 32.
 */
import { hmac } from "@noble/hashes/hmac";
import { sha256 } from "@noble/hashes/sha2";
import { concatBytes, utf8 } from "./bytes.ts";
import { CanonicalFormError } from "./errors.ts";

export const SALT_BYTES = 32;
const DEPTH_MAX = 32;
const COMMITMENT_LABEL = utf8("azukari commitment 1\0");

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function canonicalJson(value: Json): Uint8Array {
  return utf8(text(value, "$", 0));
}

/** The strict inverse: any other spelling of the same value is refused. */
export function parseCanonicalJson(encoded: Uint8Array): Json {
  let value: Json;
  let spelled: string;
  try {
    spelled = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(encoded);
    value = JSON.parse(spelled) as Json;
  } catch {
    throw new CanonicalFormError("$", "is not JSON in UTF-8");
  }
  if (text(value, "$", 0) !== spelled) throw new CanonicalFormError("$", "is not the canonical spelling");
  return value;
}

/** 32 bytes that bind the content and tell nothing of it; `salt` is 32 random bytes. */
export function commit(salt: Uint8Array, canonicalContent: Uint8Array): Uint8Array {
  if (salt.length !== SALT_BYTES) throw new CanonicalFormError("salt", `must be ${SALT_BYTES} bytes`);
  return hmac(sha256, salt, concatBytes(COMMITMENT_LABEL, canonicalContent));
}

function text(value: Json, path: string, depth: number): string {
  if (depth > DEPTH_MAX) throw new CanonicalFormError(path, `is deeper than ${DEPTH_MAX} levels`);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return string(value, path);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new CanonicalFormError(path, "is no exact integer");
    return String(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => text(item as Json, `${path}[${index}]`, depth + 1)).join(",")}]`;
  }
  if (typeof value !== "object") throw new CanonicalFormError(path, "is of no JSON type");
  // JavaScript compares text by UTF-16 code units, as RFC 8785 sorts keys.
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  const spelled = members.map(([key, item]) => `${string(key, path)}:${text(item, `${path}.${key}`, depth + 1)}`);
  return `{${spelled.join(",")}}`;
}

function string(value: string, path: string): string {
  if (!value.isWellFormed()) throw new CanonicalFormError(path, "holds half of a surrogate pair");
  return JSON.stringify(value);
}
