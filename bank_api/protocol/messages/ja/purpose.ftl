# Purposes by their terms in the Data Privacy Vocabulary (`bank_api/protocol/purposes.py`).

purpose-ResearchAndDevelopment = 研究開発
purpose-AcademicResearch = 学術研究
purpose-ScientificResearch = 科学研究
purpose-NonCommercialResearch = 非営利の研究
purpose-CommercialResearch = 商業的な研究
purpose-PublicBenefit = 公益
purpose-ServiceProvision = サービスの提供
purpose-ServiceOptimisation = サービスの改善
purpose-Personalisation = 一人ひとりへの最適化
purpose-Marketing = マーケティング
purpose-Advertising = 広告
purpose-CustomerManagement = 顧客対応
purpose-CommunicationManagement = 連絡と広報
purpose-HumanResourceManagement = 人事
purpose-OrganisationGovernance = 組織の運営
purpose-LegalCompliance = 法令の遵守
purpose-EnforceSecurity = 安全の確保
