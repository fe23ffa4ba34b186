# Le dossier : ce que la personne déclare, et ce que des services lui proposent.
long-month = { $month ->
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
record-declared-means = Vous pouvez aussi déclarer vous-même vos formations, diplômes, expériences, compétences et projets. Ils sont marqués « Déclaré par vous ». Personne ne les voit sans votre autorisation.
record-none = Vous n’avez rien déclaré ici pour le moment.
record-all = Tout voir
record-entries = Ce que vous avez déclaré
record-done-added = C’est fait : l’élément est ajouté à votre dossier.
record-done-amended = C’est fait : l’élément est modifié.
record-done-removed = C’est fait : l’élément est retiré de votre dossier.
record-done-accepted = C’est fait : la proposition est ajoutée à votre dossier. Le service en est informé.
record-done-refused = C’est fait : la proposition est refusée et oubliée. Le service en est informé.
proposals-title = Propositions à examiner
proposals-lead = Rien n’entre dans votre dossier sans votre accord. Le service sera informé de votre décision. Une proposition refusée est oubliée. Si vous ne décidez pas, elle est oubliée après 90 jours.
proposals-more = { $more ->
    [one] Une autre proposition attend. Vous la verrez après celles-ci.
   *[other] { $more } autres propositions attendent. Vous les verrez après celles-ci.
}
proposals-wait = { $proposals ->
    [one] Une proposition d’ajout à votre dossier attend votre décision.
   *[other] { $proposals } propositions d’ajout à votre dossier attendent votre décision.
}
proposals-wait-of = { $proposals ->
    [one] Une proposition de ce service attend votre décision.
   *[other] { $proposals } propositions de ce service attendent votre décision.
}
proposals-look = Examiner les propositions
proposal-by = Proposé par { $app }, le { $at }
proposal-for = Irait dans
proposal-accept = Ajouter à mon dossier
proposal-refuse = Refuser
proposal-gone = Cette proposition n’attend plus de décision. Rien n’a été fait. Voici votre dossier comme il est maintenant.
entry-declared = Déclaré par vous
entry-declared-means = Cet élément sera marqué « Déclaré par vous ». Vous pourrez le modifier ou le retirer à tout moment.
entry-add = Ajouter
entry-change = Modifier
entry-remove = Retirer
entry-save = Enregistrer
entry-cancel = Annuler
entry-optional = (facultatif)
entry-unsaid = Je ne le précise pas
entry-add-trainings = Ajouter une formation
entry-add-diplomas = Ajouter un diplôme
entry-add-experiences = Ajouter une expérience
entry-add-skills = Ajouter une compétence
entry-add-projects = Ajouter un projet
entry-change-trainings = Modifier une formation
entry-change-diplomas = Modifier un diplôme
entry-change-experiences = Modifier une expérience
entry-change-skills = Modifier une compétence
entry-change-projects = Modifier un projet
entry-remove-title = Retirer cet élément ?
entry-remove-means = Il disparaîtra de votre dossier, avec ce qu’il disait avant. Un service qui l’a déjà lu peut en avoir gardé une copie.
entry-remove-do = Retirer de mon dossier
entry-remove-keep = Le garder
entry-moved = Cet élément a changé entre-temps
entry-moved-means = Rien n’a été enregistré. Le formulaire montre ce que l’élément dit maintenant. Voici ce que vous aviez écrit, pour le reprendre si vous voulez :
entry-wrong = Erreur
entry-wrong-summary = Il y a quelque chose à corriger
entry-wrong-field = { $field } : { $error }
entry-occupations = Quel métier est le plus proche ?
entry-occupation-found = Trouvé par : { $title }
entry-occupation-none = Aucun de ceux-là : ne pas indiquer de métier
entry-hint-date = Une année, un mois ou un jour. Par exemple : 2021, 09/2021 ou 14/09/2021.
entry-hint-ended = Laissez vide si ce n’est pas terminé. Par exemple : 2021, 09/2021 ou 14/09/2021.
entry-hint-occupation = Écrivez le nom d’un métier, puis enregistrez. Nous vous montrerons les plus proches. Vous pouvez aussi écrire son code ROME, par exemple M1805.
entry-hint-description = Dans vos mots, 2 000 caractères au plus.
entry-trainings-title = Intitulé de la formation
entry-trainings-organisation = Organisme de formation
entry-trainings-started_on = Début
entry-trainings-ended_on = Fin
entry-trainings-description = Description
entry-diplomas-title = Intitulé du diplôme
entry-diplomas-organisation = Établissement
entry-diplomas-level = Niveau
entry-diplomas-obtained_on = Obtenu
entry-experiences-title = Poste ou activité
entry-experiences-organisation = Employeur ou organisme
entry-experiences-occupation = Métier
entry-experiences-started_on = Début
entry-experiences-ended_on = Fin
entry-experiences-description = Description
entry-skills-title = Compétence
entry-skills-mastery = Maîtrise
entry-skills-description = Description
entry-projects-title = Projet
entry-projects-occupation = Métier visé
entry-projects-description = Description
mastery-beginner = Je débute
mastery-intermediate = Je le fais avec de l’aide
mastery-advanced = Je le fais en autonomie
mastery-expert = Je l’enseigne aux autres
level-1 = Niveau 1 (savoirs de base)
level-2 = Niveau 2 (avant le CAP)
level-3 = Niveau 3 (CAP, BEP)
level-4 = Niveau 4 (baccalauréat)
level-5 = Niveau 5 (BTS, DUT)
level-6 = Niveau 6 (licence, BUT)
level-7 = Niveau 7 (master, titre d’ingénieur)
level-8 = Niveau 8 (doctorat)
flaw-missing = écrivez quelque chose ici, c’est nécessaire.
flaw-too-long = le texte est trop long, { $most } caractères au plus.
flaw-hidden-characters = le texte contient des caractères invisibles. Tapez-le à nouveau.
flaw-not-a-date = écrivez une année, un mois ou un jour, par exemple 2021, 09/2021 ou 14/09/2021.
flaw-no-such-day = cette date n’existe pas.
flaw-before-it-began = la fin ne peut pas venir avant le début.
flaw-not-yet = cette date n’est pas encore passée.
flaw-out-of-range = choisissez un niveau de la liste.
flaw-unknown-value = choisissez une réponse de la liste.
flaw-unknown-occupation = aucun métier ne ressemble à ce texte. Écrivez-le autrement, ou laissez vide.
flaw-choose-occupation = choisissez le métier le plus proche.
