# The frame of every page.
product = CPF 2.0
navigation = Main navigation
skip-to-content = Skip to content
other-language = Français
sandbox-banner = Sandbox: the people and the data on this platform are fictitious.
nav-docs = Documentation
nav-problems = Problems
footer-what = The open service platform of the French personal training account.
footer-document = OpenAPI document
footer-security = Report a vulnerability
# A length of time.
days = { $days ->
    [one] 1 day
    [183] 6 months
    [365] 1 year
   *[other] { $days } days
}
