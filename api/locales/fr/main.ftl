# Le cadre commun à toutes les pages.
product = CPF 2.0
navigation = Navigation principale
skip-to-content = Aller au contenu
other-language = English
sandbox-banner = Bac à sable : les personnes et les données de cette plateforme sont fictives.
nav-docs = Documentation
nav-problems = Problèmes
footer-what = La plateforme ouverte de services du compte personnel de formation.
footer-document = Document OpenAPI
footer-security = Signaler une vulnérabilité
# Une durée.
days = { $days ->
    [one] 1 jour
    [183] 6 mois
    [365] 1 an
   *[other] { $days } jours
}
