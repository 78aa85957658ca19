"""Random structs that mostly fit: answers, requests, consents, rules, releases."""

from chaincode_moves import PURPOSE, RECIPIENT, TITLE, Dice, labels_of

from chaincode.ids import EMPTY_ID, text_hash
from chaincode.typed_data import (
    CONSENT_GIVEN,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    CORRECTION_STATEMENT,
    DELETION_STATEMENT,
    REVOCATION_STATEMENT,
    RULE_END_STATEMENT,
    RULE_STATEMENT,
    Acknowledgement,
    Answer,
    ApprovalRevocation,
    Closing,
    Consent,
    Correction,
    DataRequest,
    Decision,
    Deletion,
    RuleEnd,
    StandingRule,
    Withdrawal,
)


class Data(Dice):
    """Answers, requests, consents, rules, releases."""

    def _answer(self) -> Answer:
        book = self.model.state.surveys
        usual = self.id("survey", book.surveys), self.person("member")
        survey_id, member = self.fitting(self._unanswered(), usual)
        survey = book.surveys.get(survey_id)
        items = self.mask((1 << len(survey.terms.item_coins)) - 1 if survey else 7)
        coins = self.near(survey.reward(items) if survey else 5, 2**256 - 1)
        commitment = text_hash(member)
        what = (member, survey_id, TITLE, commitment, text_hash("recipients"))
        return Answer(self.new_id("answer"), *what, items, coins, self.deadline())

    def _correction(self) -> Correction:
        book = self.model.state.surveys
        usual = self.id("survey", book.surveys), self.person("member")
        survey_id, member = self.fitting(list(book.answer_of), usual)
        survey = book.surveys.get(survey_id)
        standing = book.answer_of.get((survey_id, member), EMPTY_ID)
        replaces = self.id("answer", book.answers) if self.odd() else standing
        items = self.mask((1 << len(survey.terms.item_coins)) - 1 if survey else 7)
        what = (TITLE, replaces, text_hash("corrected"), text_hash("recipients"), items, self.deadline())
        return Correction(self.new_id("answer"), member, CORRECTION_STATEMENT, survey_id, *what)

    def _unanswered(self) -> list[tuple[bytes, str]]:
        book = self.model.state.surveys
        surveys = [one for one, survey in book.surveys.items() if survey.window_refusal(self.now + 1) is None]
        pairs = [(one, member) for one in surveys for member in self.members()]
        return [pair for pair in pairs if pair not in book.answer_of]

    def _datarequest(self) -> DataRequest:
        survey_id = self.id("survey", self.model.state.surveys.surveys)
        survey = self.model.state.surveys.surveys.get(survey_id)
        return DataRequest(
            request_id=self.new_id("request"),
            partner=self.person("partner"),
            survey_id=survey_id,
            recipient=RECIPIENT,
            purpose=PURPOSE,
            items=self.mask((1 << len(survey.terms.item_coins)) - 1 if survey else 7),
            purpose_code=self.pick((0, 1, 1, 2**32 - 1)),
            legal_class=self.pick((1, 2, 3)) if not self.odd() else self.pick((0, 4, 255)),
            k_minimum=self.pick((2, 2, 3)) if not self.odd() else self.pick((0, 1)),
            l_minimum=self.pick((2, 3, 255)) if not self.odd() else self.pick((0, 1)),
            t_percent=self.pick((1, 40, 100)) if not self.odd() else self.pick((0, 101)),
            persons_maximum=self.near(self.pick((2, 3, 50))),
            coins_base=self.near(self.pick((0, 2, 5))),
            coins_per_item=self.near(self.pick((0, 1, 3))),
            valid_until=self.now + self.pick((1000, 10**5)) if not self.odd() else self.pick((self.now, 2**40)),
            retention_days=30,
            contract_hash=text_hash("contract"),
            deadline=self.deadline(),
        )

    def _decision(self) -> Decision:
        requests = self.model.state.requests.requests
        filed = [one for one, record in requests.items() if record.state == 1]
        request_id, board = self.fitting(filed, self.id("request", requests)), self.person("board")
        return Decision(request_id, board, EMPTY_ID, not self.odd(5), text_hash("decision"), self.deadline())

    def _approvalrevocation(self) -> ApprovalRevocation:
        """Seldom of an approval that stands: all else lives on those."""
        requests = self.model.state.requests.requests
        approved = [one for one, record in requests.items() if record.state == 2 and record.terms.number > 1]
        request_id, board = self.fitting(approved, self.id("request", requests)), self.person("board")
        return ApprovalRevocation(
            request_id, board, EMPTY_ID, REVOCATION_STATEMENT, text_hash("revocation"), self.deadline()
        )

    def _closing(self) -> Closing:
        request_id = self.id("request", self.model.state.requests.requests)
        known = self.model.state.requests.requests.get(request_id)
        partner = known.terms.partner if known and not self.odd() else self.person("partner")
        return Closing(request_id, partner, self.deadline())

    def _consent(self) -> Consent:
        requests = self.model.state.requests.requests
        approved = [one for one, record in requests.items() if record.state == 2]
        request_id = self.id("request", approved or requests)
        known = requests.get(request_id)
        mask = self.mask(known.terms.items if known else 7)
        until = known.terms.valid_until if known else self.now + 100
        valid_from = self.now + self.pick((0, 0, 0, 1, 200)) if not self.odd() else until + 1
        member = self.fitting(self.members(), self.person("member"))
        return Consent(
            consent_id=self.new_id("consent"),
            member=member,
            request_id=request_id,
            request_digest=EMPTY_ID,
            decision=CONSENT_GIVEN if not self.odd(5) else CONSENT_REFUSED,
            recipient=RECIPIENT,
            purpose=PURPOSE,
            items=labels_of(mask),
            item_mask=mask,
            valid_from=min(valid_from, 2**64 - 1),
            valid_until=self.pick((until, until, self.now + 300)) if not self.odd() else self.near(until, 2**64 - 1),
            uses_maximum=self.pick((1, 2, 65535)) if not self.odd() else self.pick((0, 65536)),
            coins=self.near(known.reward(mask) if known else 5),
            notice_hash=text_hash("notice") if not self.odd(20) else EMPTY_ID,
            sequence=self.later(self.model.state.consents.sequences.get((request_id, member), 0)),
            deadline=self.deadline(),
        )

    def _withdrawal(self) -> Withdrawal:
        consent_id = self.id("consent", self.model.state.consents.consents)
        known = self.model.state.consents.consents.get(consent_id)
        member = known.terms.member if known and not self.odd() else self.person("member")
        about = (known.terms.request_id if known else EMPTY_ID, member)
        sequence = self.later(self.model.state.consents.sequences.get(about, 0))
        return Withdrawal(consent_id, member, CONSENT_WITHDRAWN, text_hash("reason"), sequence, self.deadline())

    def _standingrule(self) -> StandingRule:
        survey_id = self.id("survey", self.model.state.surveys.surveys)
        mask, full = self.mask(31) if self.odd(3) else 7, 2**32 - 1
        masks = [self.pick((1, 3, 3)) if not self.odd() else self.pick((0, 4, full)) for _ in range(2)]
        processing = self.pick((2, 6, 14)) if not self.odd() else self.pick((0, 1, 2**255))
        member = self.person("member")
        return StandingRule(
            rule_id=self.new_id("rule"),
            member=member,
            statement=RULE_STATEMENT,
            survey_id=survey_id,
            items=(),
            item_mask=mask,
            recipients=(),
            recipient_mask=masks[0],
            purposes=(),
            purpose_mask=masks[1],
            processing=(),
            processing_mask=processing,
            k_minimum=self.pick((0, 2, 3)),
            coins_minimum=self.pick((0, 1, 5)),
            uses_maximum=self.pick((1, 2, 65535)) if not self.odd() else 0,
            valid_until=self.now + self.pick((500, 10**6)) if not self.odd() else self.pick((self.now, 2**40)),
            sequence=self.later(self.model.state.rules.sequences.get(member, 0)),
            deadline=self.deadline(),
        )

    def _ruleend(self) -> RuleEnd:
        rule_id = self.id("rule", self.model.state.rules.rules)
        known = self.model.state.rules.rules.get(rule_id)
        member = known.member if known and not self.odd() else self.person("member")
        sequence = self.later(self.model.state.rules.sequences.get(member, 0))
        return RuleEnd(rule_id, member, RULE_END_STATEMENT, sequence, self.deadline())

    def _acknowledgement(self) -> Acknowledgement:
        release_id = self.id("release", self.model.state.releases.releases)
        known = self.model.state.releases.releases.get(release_id)
        partner = known.partner if known and not self.odd() else self.person("partner")
        root = known.payload_root if known and not self.odd() else text_hash("another")
        return Acknowledgement(release_id, partner, root, self.deadline())

    def _deletion(self) -> Deletion:
        release_id = self.id("release", self.model.state.releases.releases)
        known = self.model.state.releases.releases.get(release_id)
        partner = known.partner if known and not self.odd() else self.person("partner")
        return Deletion(release_id, partner, DELETION_STATEMENT, text_hash("evidence"), self.deadline())
