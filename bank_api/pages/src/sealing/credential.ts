/**
 * What a source signed of somebody, as it is kept with an answer: SD-JWT (RFC 9901) under ES256K (RFC 8812), by the plan of
 * `bank_api/protocol/sd_jwt.py`. Whatever that refuses is refused here. Signer and holder are told by their addresses.
 */
import { secp256k1 } from "@noble/curves/secp256k1";
import { sha256 } from "@noble/hashes/sha2";
import { publicKeyToAddress } from "viem/accounts";
import { type Hex, concatBytes, fromBase64, toBase64, toHex, utf8 } from "./bytes.ts";
import { SealingError } from "./errors.ts";

/** No credential, or one that does not hold. */
export class CredentialError extends SealingError {}

const TYPE = "dc+sd-jwt";
const AHEAD_SECONDS = 600;
const HEADER_CHARACTERS_MAX = 2048;
const COORDINATE_BYTES = 32;
const SIGNED_ALONE = new Set(["iss", "iat", "nbf", "exp", "cnf", "vct", "_sd", "_sd_alg"]);
const OWN = new Set([...SIGNED_ALONE, "sub", "..."]);

export interface Credential {
  signed: string;
  disclosures: readonly string[];
}

export interface Vouched {
  /** Address of whoever signed. */
  issuer: Hex;
  /** Address of whom it is about; null where it is bound to nobody. */
  holder: Hex | null;
  kind: string;
  issuedAt: number;
  claims: ReadonlyMap<string, unknown>;
}

/** Of one that is kept: without a proof of its holder's. Throws CredentialError. */
export function readCredential(text: string): Credential {
  const [signed = "", ...rest] = text.split("~");
  const binding = rest.pop();
  if (binding !== "" || !signed || rest.includes("")) throw new CredentialError("credential", "is no SD-JWT without a proof of its holder's");
  return { signed, disclosures: rest };
}

/** The credential with one claim alone. */
export function only(credential: Credential, name: string): string {
  const shown = credential.disclosures.filter((one) => disclosed(one)[0] === name);
  return [credential.signed, ...shown, ""].join("~");
}

/** 1. Signed by whom it names, 2. within its time (null: at any), 3. each claim under a digest of its own. Throws CredentialError. */
export function verify(credential: Credential, now: number | null): Vouched {
  const { signer, payload } = opened(credential.signed); // 1.
  if (payload.iss !== signer) throw new CredentialError("iss", "is not who signed");
  const issuedAt = checkTimes(payload, now); // 2.
  const claims = claimsOf(credential, payload); // 3.
  const jwk = isObject(payload.cnf) ? payload.cnf.jwk : undefined;
  const kind = payload.vct === undefined ? "" : String(payload.vct);
  return { issuer: signer, holder: jwk === undefined || jwk === null ? null : addressOf(jwk), kind, issuedAt, claims };
}

function opened(signed: string): { signer: Hex; payload: Record<string, unknown> } {
  const [head = "", body = "", signature = "", ...more] = signed.split(".");
  const header = head.length > HEADER_CHARACTERS_MAX || more.length ? null : json(head);
  if (!isObject(header) || header.alg !== "ES256K" || header.typ !== TYPE || "crit" in header) throw new CredentialError("jws", `must be ES256K of type ${TYPE}`);
  const point = pointOf(header.jwk);
  const digest = sha256(utf8(`${head}.${body}`));
  if (!holds(bytes(signature), digest, point)) throw new CredentialError("jws", "the signature does not hold");
  const payload = json(body);
  if (!isObject(payload)) throw new CredentialError("jws", "signs no object");
  return { signer: addressOf(header.jwk), payload };
}

function holds(signature: Uint8Array, digest: Uint8Array, point: Uint8Array): boolean {
  try {
    return secp256k1.verify(signature, digest, point, { lowS: false });
  } catch {
    return false; // of another length, or no numbers of the curve
  }
}

function checkTimes(payload: Record<string, unknown>, now: number | null): number {
  const { iat: issued, nbf: begins = null, exp: until = null } = payload;
  const isTime = (value: unknown): value is number => Number.isSafeInteger(value);
  if (!isTime(issued) || ![begins, until].every((one) => one === null || isTime(one))) throw new CredentialError("iat", "is no time");
  if (now !== null && Math.max(issued, Number(begins)) > now + AHEAD_SECONDS) throw new CredentialError("nbf", "is yet to come");
  if (now !== null && until !== null && Number(until) <= now) throw new CredentialError("exp", "is over");
  return issued;
}

function claimsOf(credential: Credential, payload: Record<string, unknown>): Map<string, unknown> {
  const digests = payload._sd;
  if (Object.keys(payload).some((name) => !SIGNED_ALONE.has(name))) throw new CredentialError("jws", "shows something to everybody");
  if (payload._sd_alg !== "sha-256" || !Array.isArray(digests) || new Set(digests).size !== digests.length) throw new CredentialError("_sd", "must be digests, none twice");
  const claims = new Map<string, unknown>();
  for (const one of credential.disclosures) {
    const [name, value] = disclosed(one);
    if (!digests.includes(toBase64Url(sha256(utf8(one)))) || claims.has(name) || OWN.has(name)) throw new CredentialError(name, "is a claim that nobody signed");
    claims.set(name, value);
  }
  return claims;
}

function disclosed(disclosure: string): [string, unknown] {
  const found = json(disclosure);
  if (!Array.isArray(found) || found.length !== 3 || typeof found[0] !== "string" || typeof found[1] !== "string") throw new CredentialError("disclosure", "is no salt, name and value");
  return [found[1], found[2]];
}

function addressOf(jwk: unknown): Hex {
  return publicKeyToAddress(toHex(pointOf(jwk)));
}

/** Uncompressed, as curve and address take it. */
function pointOf(jwk: unknown): Uint8Array {
  if (!isObject(jwk) || jwk.kty !== "EC" || jwk.crv !== "secp256k1") throw new CredentialError("jwk", "must be a key on secp256k1");
  const point = concatBytes(Uint8Array.of(4), coordinate(jwk.x), coordinate(jwk.y));
  try {
    secp256k1.ProjectivePoint.fromHex(point).assertValidity();
  } catch {
    throw new CredentialError("jwk", "must be a key on secp256k1");
  }
  return point;
}

/** Some write a coordinate without the zeros before it. */
function coordinate(encoded: unknown): Uint8Array {
  const found = bytes(String(encoded));
  if (!found.length || found.length > COORDINATE_BYTES) throw new CredentialError("jwk", "must be a key on secp256k1");
  return concatBytes(new Uint8Array(COORDINATE_BYTES - found.length), found);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function json(encoded: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes(encoded)));
  } catch (error) {
    if (error instanceof CredentialError) throw error;
    throw new CredentialError("credential", "is no JSON");
  }
}

/** Strictly: one spelling of base64url. */
function bytes(encoded: string): Uint8Array {
  try {
    const found = fromBase64(encoded.replaceAll("-", "+").replaceAll("_", "/"));
    if (toBase64Url(found) === encoded) return found;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  throw new CredentialError("credential", "is no base64url");
}

function toBase64Url(content: Uint8Array): string {
  return toBase64(content).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
