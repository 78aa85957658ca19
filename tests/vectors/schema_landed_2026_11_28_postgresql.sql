CREATE TABLE cancelled_offer (
    redemption_id VARCHAR NOT NULL,
    cancelled_at INTEGER NOT NULL,
    PRIMARY KEY (redemption_id)
);
CREATE TABLE contribution (
    opening_id VARCHAR NOT NULL,
    custodian VARCHAR NOT NULL,
    content_hash VARCHAR NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (opening_id, custodian, content_hash)
);
CREATE TABLE coupon_class (
    class_id VARCHAR NOT NULL,
    issuer VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    PRIMARY KEY (class_id)
);
CREATE INDEX ix_coupon_class_issuer ON coupon_class (issuer);
CREATE TABLE data_release (
    release_id VARCHAR NOT NULL,
    payload_root VARCHAR NOT NULL,
    making INTEGER NOT NULL,
    request_id VARCHAR NOT NULL,
    partner VARCHAR NOT NULL,
    sealed BYTEA NOT NULL,
    method_hash VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    rows INTEGER NOT NULL,
    suppressed INTEGER NOT NULL,
    k INTEGER NOT NULL,
    loss FLOAT NOT NULL,
    consent_ids VARCHAR NOT NULL,
    PRIMARY KEY (release_id, payload_root)
);
CREATE INDEX ix_data_release_partner ON data_release (partner);
CREATE INDEX ix_data_release_request_id ON data_release (request_id);
CREATE TABLE data_request (
    request_id VARCHAR NOT NULL,
    partner VARCHAR NOT NULL,
    survey_id VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    contract_salt VARCHAR NOT NULL,
    decision_note VARCHAR,
    decision_salt VARCHAR,
    PRIMARY KEY (request_id)
);
CREATE INDEX ix_data_request_partner ON data_request (partner);
CREATE TABLE delegated_act (
    account VARCHAR NOT NULL,
    act VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    delegate VARCHAR NOT NULL,
    sent_at INTEGER NOT NULL,
    block_number INTEGER,
    PRIMARY KEY (account, act, item_id)
);
CREATE TABLE draw (
    draw_id VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    prize VARCHAR NOT NULL,
    PRIMARY KEY (draw_id)
);
CREATE TABLE drawer (
    draw_id VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    encryption_key VARCHAR NOT NULL,
    PRIMARY KEY (draw_id, account)
);
CREATE TABLE erasure (
    account VARCHAR NOT NULL,
    until INTEGER NOT NULL,
    signature VARCHAR NOT NULL,
    erased_at INTEGER,
    PRIMARY KEY (account)
);
CREATE TABLE escrow (
    escrow_id VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    document BYTEA NOT NULL,
    commitments BYTEA NOT NULL,
    PRIMARY KEY (escrow_id)
);
CREATE INDEX ix_escrow_owner ON escrow (owner);
CREATE TABLE escrow_share (
    escrow_id VARCHAR NOT NULL,
    custodian VARCHAR NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (escrow_id, custodian)
);
CREATE INDEX ix_escrow_share_custodian ON escrow_share (custodian);
CREATE TABLE file_grant (
    grant_id VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    recipient VARCHAR NOT NULL,
    cover_digest VARCHAR NOT NULL,
    granted_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (grant_id)
);
CREATE INDEX ix_file_grant_account ON file_grant (account);
CREATE INDEX ix_file_grant_recipient ON file_grant (recipient);
CREATE TABLE file_reading (
    id SERIAL NOT NULL,
    account VARCHAR NOT NULL,
    grant_id VARCHAR NOT NULL,
    recipient VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    chunk INTEGER,
    at INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX ix_file_reading_account ON file_reading (account);
CREATE TABLE file_version (
    account VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    upload VARCHAR NOT NULL,
    size_bytes INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    finished_at INTEGER,
    cover BYTEA,
    PRIMARY KEY (account, document, version)
);
CREATE TABLE inbox_read (
    account VARCHAR NOT NULL,
    through INTEGER NOT NULL,
    PRIMARY KEY (account)
);
CREATE TABLE indexed_account (
    account VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    roles INTEGER NOT NULL,
    is_suspended BOOLEAN NOT NULL,
    is_resting BOOLEAN NOT NULL,
    PRIMARY KEY (account)
);
CREATE UNIQUE INDEX ix_indexed_account_key ON indexed_account (key);
CREATE INDEX ix_indexed_account_roles ON indexed_account (roles);
CREATE TABLE indexed_answer (
    answer_id VARCHAR NOT NULL,
    survey_id VARCHAR NOT NULL,
    member VARCHAR NOT NULL,
    commitment VARCHAR NOT NULL,
    items INTEGER NOT NULL,
    coins INTEGER NOT NULL,
    block_number INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (answer_id)
);
CREATE INDEX indexed_answer_member ON indexed_answer (member);
CREATE INDEX indexed_answer_survey_member ON indexed_answer (survey_id, member);
CREATE TABLE indexed_consent (
    consent_id VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    member VARCHAR NOT NULL,
    state INTEGER NOT NULL,
    items INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    uses_maximum INTEGER NOT NULL,
    coins INTEGER NOT NULL,
    block_number INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (consent_id)
);
CREATE INDEX indexed_consent_request_state ON indexed_consent (request_id, state);
CREATE INDEX ix_indexed_consent_member ON indexed_consent (member);
CREATE TABLE indexed_tally (
    tally VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    amount VARCHAR NOT NULL,
    PRIMARY KEY (tally, subject, account)
);
CREATE INDEX indexed_tally_account ON indexed_tally (tally, account);
CREATE TABLE invitation (
    code_digest VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR,
    account VARCHAR,
    PRIMARY KEY (code_digest)
);
CREATE TABLE ledger_cursor (
    name VARCHAR NOT NULL,
    block_number INTEGER NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE ledger_event (
    block_number INTEGER NOT NULL,
    log_index INTEGER NOT NULL,
    time INTEGER NOT NULL,
    transaction_hash VARCHAR NOT NULL,
    contract VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    account VARCHAR,
    counterparty VARCHAR,
    subject VARCHAR,
    data VARCHAR NOT NULL,
    PRIMARY KEY (block_number, log_index)
);
CREATE INDEX ix_ledger_event_name ON ledger_event (name);
CREATE INDEX ix_ledger_event_transaction_hash ON ledger_event (transaction_hash);
CREATE INDEX ledger_event_account_name ON ledger_event (account, name);
CREATE INDEX ledger_event_counterparty_name ON ledger_event (counterparty, name);
CREATE INDEX ledger_event_subject_name ON ledger_event (subject, name);
CREATE TABLE opening (
    opening_id VARCHAR NOT NULL,
    escrow_id VARCHAR NOT NULL,
    requester VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    recipient_key VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (opening_id)
);
CREATE INDEX ix_opening_escrow_id ON opening (escrow_id);
CREATE TABLE person (
    account VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    email VARCHAR,
    roles VARCHAR NOT NULL,
    parent VARCHAR,
    encryption_key VARCHAR,
    enrolled_at INTEGER NOT NULL,
    PRIMARY KEY (account)
);
CREATE UNIQUE INDEX ix_person_key ON person (key);
CREATE INDEX ix_person_parent ON person (parent);
CREATE INDEX ix_person_roles ON person (roles);
CREATE TABLE privacy_spent (
    release_id VARCHAR NOT NULL,
    making INTEGER NOT NULL,
    account VARCHAR NOT NULL,
    partner VARCHAR NOT NULL,
    epsilon_thousandths INTEGER NOT NULL,
    spent_at INTEGER NOT NULL,
    PRIMARY KEY (release_id, making, account)
);
CREATE INDEX ix_privacy_spent_spent_at ON privacy_spent (spent_at);
CREATE TABLE reason (
    reason_hash VARCHAR NOT NULL,
    salt VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (reason_hash)
);
CREATE TABLE redemption (
    redemption_id VARCHAR NOT NULL,
    class_id VARCHAR NOT NULL,
    shop VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    signature VARCHAR NOT NULL,
    offered_at INTEGER NOT NULL,
    PRIMARY KEY (redemption_id)
);
CREATE INDEX ix_redemption_shop ON redemption (shop);
CREATE TABLE release_history (
    survey_id VARCHAR NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (survey_id)
);
CREATE TABLE right_request (
    request_id VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    asked_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    outcome VARCHAR,
    answer VARCHAR,
    answered_at INTEGER,
    PRIMARY KEY (request_id)
);
CREATE INDEX ix_right_request_account ON right_request (account);
CREATE TABLE rule_category (
    kind INTEGER NOT NULL,
    place INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    PRIMARY KEY (kind, place)
);
CREATE TABLE secret (
    name VARCHAR NOT NULL,
    value BYTEA NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE session (
    token_digest VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (token_digest)
);
CREATE TABLE spending_policy (
    policy_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    PRIMARY KEY (policy_id)
);
CREATE TABLE survey (
    survey_id VARCHAR NOT NULL,
    document VARCHAR NOT NULL,
    content_hash VARCHAR NOT NULL,
    PRIMARY KEY (survey_id)
);
CREATE TABLE used_challenge (
    message_digest VARCHAR NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (message_digest)
);
