# What an audit found: where, and why it is false.

finding-final-state = final state
finding-chain-id = chain id
finding-log = log
finding-the-whole = the whole
finding-code-of = code of { $contract }
finding-storage-of = storage of { $contract }
finding-storage-root-of = storage root of { $contract }
finding-cannot-be-asked = cannot be asked: { $why }
finding-state-and-events = the state holds { $found }, the events say { $expected }
finding-other-chain = the chain is { $found }, the deployment is for { $expected }
finding-not-the-deployments = at { $address } is not the deployment's
finding-cannot-be-compared = cannot be compared: { $why }
finding-not-our-own = at { $address } is not what this program's sources compile to
finding-cannot-be-rebuilt = cannot be rebuilt: { $why }
finding-not-the-records = is not the one that the records make
finding-in-block = block { $number }, { $field }
finding-other-than = says otherwise than { $other }
finding-not-executed = asked of { $count } nodes and not executed again: what they agree on is believed, and slots that no record knows were not looked for
