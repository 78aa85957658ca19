/**
 * A secp256k1 wallet that exists in clear only in this page's memory: made here, opened here, signing here. No function
 * gives its key away but `export`, which needs a passphrase to seal it with. Or somebody's own Ethereum wallet signs
 * (`outside.ts`), and the key made here opens documents and signs nothing: such wallets decrypt nothing that we seal.
 */
import { secp256k1 } from "@noble/curves/secp256k1";
import { hmac } from "@noble/hashes/hmac";
import { sha256 } from "@noble/hashes/sha2";
import type { TypedDataDefinition } from "viem";
import { privateKeyToAddress, signMessage, signTypedData } from "viem/accounts";
import { type ActName, type Deployed, type Message, typedData } from "../acts/acts.ts";
import { type Hex, concatBytes, fromHex, toHex, utf8 } from "../sealing/bytes.ts";
import { type KeyPair, keyPairFromWalletKey } from "../sealing/keys.ts";
import { type Keyfile, decryptKey, encryptKey } from "./keyfile.ts";

const CHANCE_LABEL = utf8("azukari shown by chance 1\0");
const REDEMPTION_SALT = utf8("azukari redemption salt 1\0");

/** What signs: the key made here, or a wallet of its own outside this page. */
export interface Signing {
  /** Checksummed (EIP-55). */
  readonly address: Hex;
  signTypedData(data: TypedDataDefinition): Promise<Hex>;
  signMessage(asked: { message: string }): Promise<Hex>;
}

export class Wallet {
  readonly #key: Uint8Array;
  readonly #own: Hex;
  readonly #signer: Signing;
  /** The key pair that documents for this wallet are sealed to. */
  readonly encryption: KeyPair;

  private constructor(key: Uint8Array, outside?: Signing) {
    this.#key = key;
    const own = signingBy(toHex(key));
    this.#own = own.address;
    this.#signer = outside ?? own;
    this.encryption = keyPairFromWalletKey(key);
  }

  static create(): Wallet {
    return new Wallet(secp256k1.utils.randomPrivateKey());
  }

  static fromKey(key: Uint8Array): Wallet {
    return new Wallet(key.slice());
  }

  static async open(file: Keyfile, passphrase: string): Promise<Wallet> {
    return new Wallet(await decryptKey(file, passphrase));
  }

  /** The same key for documents, and another that signs. */
  signedBy(outside: Signing): Wallet {
    return new Wallet(this.#key, outside);
  }

  /** Of what signs; checksummed (EIP-55). */
  get address(): Hex {
    return this.#signer.address;
  }

  export(passphrase: string): Promise<Keyfile> {
    return encryptKey(this.#key, this.#own, passphrase);
  }

  /** The key, sealed by what only a passkey can make. */
  sealKey(seal: (key: Uint8Array) => Promise<Uint8Array>): Promise<Uint8Array> {
    return seal(this.#key);
  }

  /** The salt of one redemption: it follows from key and offer, so that the same confirmation again is the same. */
  redemptionSalt(redemptionId: string): Uint8Array {
    return hmac(sha256, this.#key, concatBytes(REDEMPTION_SALT, fromHex(redemptionId)));
  }

  /** By which this wallet is one of those that show every promotion, or not: nobody else can tell, and it stays the same. */
  get chanceCode(): Uint8Array {
    return hmac(sha256, this.#key, CHANCE_LABEL);
  }

  signAct<A extends ActName>(act: A, message: Message<A>, deployed: Deployed): Promise<Hex> {
    return this.#signer.signTypedData(typedData(act, message, deployed));
  }

  /** EIP-191, for logging in. */
  signText(text: string): Promise<Hex> {
    return this.#signer.signMessage({ message: text });
  }
}

function signingBy(privateKey: Hex): Signing {
  return {
    address: privateKeyToAddress(privateKey),
    signTypedData: (data) => signTypedData({ ...data, privateKey }),
    signMessage: ({ message }) => signMessage({ message, privateKey }),
  };
}
