# Purposes by their terms in the Data Privacy Vocabulary (`bank_api/protocol/purposes.py`).

purpose-ResearchAndDevelopment = Research and development
purpose-AcademicResearch = Academic research
purpose-ScientificResearch = Scientific research
purpose-NonCommercialResearch = Non-commercial research
purpose-CommercialResearch = Commercial research
purpose-PublicBenefit = Public benefit
purpose-ServiceProvision = Providing a service
purpose-ServiceOptimisation = Improving a service
purpose-Personalisation = Personalisation
purpose-Marketing = Marketing
purpose-Advertising = Advertising
purpose-CustomerManagement = Customer relations
purpose-CommunicationManagement = Communication
purpose-HumanResourceManagement = Human resources
purpose-OrganisationGovernance = Running an organization
purpose-LegalCompliance = Legal compliance
purpose-EnforceSecurity = Security
