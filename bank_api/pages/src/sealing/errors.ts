/**
 * What sealed documents may break, by the names of `pds_adapter.errors`, so that shared vectors name one error for all.
 *
 * SealingError > EnvelopeFormatError, EnvelopeForgedError, NotARecipientError, KeyFormatError, CanonicalFormError
 */
export class SealingError extends Error {
  readonly field: string;

  constructor(field: string, rule: string) {
    super(`${field}: ${rule}`);
    this.name = new.target.name;
    this.field = field;
  }
}

/** The bytes are not an envelope in its one spelling. */
export class EnvelopeFormatError extends SealingError {}

/** A well-formed envelope whose content or wrap is not what was sealed. */
export class EnvelopeForgedError extends SealingError {}

/** The document is not sealed to this key. */
export class NotARecipientError extends SealingError {}

/** Not a key that anything may be sealed to. */
export class KeyFormatError extends SealingError {}

/** A value that has no canonical spelling, or a text that is not the canonical one. */
export class CanonicalFormError extends SealingError {}
