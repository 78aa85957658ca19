"""Errors of the packages below become wallet errors here, at the door.

A broken field of a message is the typist's (InputError); a sealed document, share or canonical form that does not hold
is evidence that something was altered (EvidenceError).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from bank_api.protocol.errors import CredentialError, FieldError
from bank_api.protocol.messages.said import said
from bank_api.protocol.messages.strangers import Sentence, fault
from chaincode.errors import ChaincodeError, MessageError
from pds_adapter.errors import CanonicalFormError, KeyFormatError, NotARecipientError, PersonalDataStoreError
from wallet_cli.errors import BankAnswerError, EvidenceError, InputError


@contextmanager
def translated_errors() -> Iterator[None]:
    """Usable as a decorator too."""
    try:
        yield
    except FieldError as error:
        raise InputError(error.field, error.words) from error
    except CredentialError as error:
        raise EvidenceError(error.words) from error
    except MessageError as error:
        raise InputError(error.field, Sentence(error.rule)) from error
    except KeyFormatError as error:
        raise InputError(error.field, Sentence(error.rule)) from error
    except CanonicalFormError as error:
        raise InputError(error.path, Sentence(error.rule)) from error
    except NotARecipientError as error:
        raise EvidenceError(fault(error), said("hint-right-wallet")) from error
    except PersonalDataStoreError as error:
        raise EvidenceError(fault(error)) from error
    except ChaincodeError as error:
        raise BankAnswerError(fault(error)) from error
