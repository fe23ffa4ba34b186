# L’espace de la personne titulaire.
nav-record = Mon dossier
nav-authorizations = Mes autorisations
nav-mandates = Mes mandats
nav-journal = Journal des accès
sign-in = Se connecter
sign-in-long = Se connecter avec mon identité
sign-in-announce = Vous allez être envoyé vers votre fournisseur d’identité, puis ramené ici.
sign-out = Se déconnecter
sign-in-ended-title = La connexion n’a pas abouti
sign-in-refused = Vous avez arrêté la connexion. Rien n’a été enregistré.
sign-in-too-weak = Votre fournisseur d’identité ne garantit pas assez votre identité. Connectez-vous par un moyen plus sûr, par exemple avec un deuxième facteur.
sign-in-not-admitted = Votre organisation n’accompagne personne sur cette plateforme. Rien n’a été enregistré.
sign-in-expired = Cette connexion a expiré ou a déjà servi. Vous pouvez recommencer.
moment = { $day } à { $time }
long-day = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
month-of-year = { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
next-page = Page suivante
home-title = Votre dossier de formation vous appartient
home-lead = Vos certificats sont gardés ici. Vous décidez qui les lit, pour quoi et jusqu’à quand.
home-worker-title = Vous êtes titulaire d’un compte
home-worker = Connectez-vous pour voir vos certificats, vos autorisations et le journal des accès.
home-counsellor-title = Vous accompagnez des personnes
home-counsellor = Agissez au nom des personnes qui vous ont donné un mandat.
home-publisher-title = Vous proposez un service
home-publisher = Lisez la documentation de l’API et essayez-la dans le bac à sable.
home-record = Vos certificats, attestés par les organismes, et ce que vous déclarez vous-même.
home-authorizations = Les services que vous autorisez, et comment les arrêter.
home-mandates = Les conseillers qui peuvent agir en votre nom, et comment y mettre fin.
home-journal = Qui a lu quoi dans votre dossier, et quand.
record-empty = Aucun certificat pour le moment. Un organisme qui vous en délivre un le dépose ici.
certificate-code = Code
certificate-issuer = Délivré par
certificate-attested = Attesté
certificate-from = Valable depuis le
certificate-until = Valable jusqu’au
certificate-score = Score
certificate-leads-to = Métiers vers lesquels il mène :
journal-lead = Chaque accès à votre dossier est écrit ici avant que la moindre donnée ne sorte.
journal-empty = Personne n’a encore accédé à votre dossier.
journal-caption = Accès, du plus récent au plus ancien
journal-when = Quand
journal-who = Qui
journal-what = Quoi
journal-section = Partie du dossier
journal-purpose = Pour quoi
journal-you = Vous
journal-agent = { $counsellor }, { $organisation }, en votre nom
journal-entries = { $entries ->
    [one] 1 élément
   *[other] { $entries } éléments
}
journal-seal = Sceau
journal-sealed-lead = Chaque ligne est scellée quelques secondes après dans un registre public, qui ne nomme personne. Personne ne peut plus la changer ni la retirer sans que cela se voie.
journal-verify = Comment le vérifier soi-même
journal-export = Télécharger mes lignes et leurs preuves
journal-sealed-at = Scellée, n° { $index }
journal-seal-waiting = En cours
journal-seal-broken = Cette ligne a été modifiée après coup. Signalez-le.
journal-action-read = A lu
journal-action-attest = A déposé
journal-action-claim = A récupéré
journal-action-propose = A proposé des éléments
journal-action-follow = A demandé où en sont ses propositions
journal-action-declare = A ajouté
journal-action-decline = A refusé une proposition
journal-action-amend = A modifié
journal-action-remove = A retiré
journal-action-grant = A donné une autorisation
journal-action-change = A modifié une autorisation
journal-action-pause = A mis en pause une autorisation
journal-action-resume = A remis en route une autorisation
journal-action-confirm = A gardé une autorisation
journal-action-revoke = A repris une autorisation
journal-action-mandate = A donné un mandat
journal-action-end_mandate = A mis fin à un mandat
journal-action-view_grants = A vu vos autorisations
journal-action-renounce = A rendu son autorisation
journal-action-erase = A confirmé l’effacement
journal-action-grant-to = A donné une autorisation à { $app }
journal-action-change-to = A modifié l’autorisation de { $app }
journal-action-pause-to = A mis en pause l’autorisation de { $app }
journal-action-resume-to = A remis en route l’autorisation de { $app }
journal-action-confirm-to = A gardé l’autorisation de { $app }
journal-action-revoke-to = A repris l’autorisation de { $app }
journal-action-mandate-to = A donné un mandat à { $app }
journal-action-end_mandate-to = A mis fin au mandat de { $app }
authorizations-lead = Vous pouvez arrêter un service à tout moment. L’arrêt est immédiat.
authorizations-revoked = C’est fait : ce service ne peut plus lire votre dossier.
authorizations-active = En cours
authorizations-none = Vous n’autorisez aucun service pour le moment.
authorizations-past = Terminées
authorizations-copied = Un service peut avoir gardé une copie de ce qu’il a déjà lu. Il doit l’effacer après le délai annoncé. Vous pouvez lui demander de le faire tout de suite.
grant-purpose = Pour quoi
grant-sections = Ce qu’il peut lire
grant-since = Depuis le
grant-until = Jusqu’au
grant-last-read = Dernière lecture
grant-never-read = Jamais lu
grant-reads = { $reads ->
    [one] 1 lecture
   *[other] { $reads } lectures
}
grant-ended-expired = Arrivée à son terme le { $at }
grant-ended-revoked = Arrêtée le { $at }
grant-ended-renounced = Rendue par le service le { $at }
grant-ended-replaced = Remplacée le { $at }
grant-ended-code_replayed = Arrêtée par sécurité le { $at }
erasure-due = Le service doit confirmer avant le { $at } qu’il a tout effacé.
erasure-attested = Le service a confirmé le { $at } qu’il a tout effacé.
erasure-kept-legal_duty = Il garde seulement ce que la loi l’oblige à garder.
erasure-overdue = Le service n’a pas confirmé l’effacement. Il devait le faire avant le { $at }.
erasure-overdue-advice = L’autorité le voit aussi. Vous pouvez écrire au service, ou saisir la CNIL.
revoke = Arrêter
revoke-consequence = Le service ne pourra plus rien lire. Vous ne perdez rien.
