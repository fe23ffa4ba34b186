# La page de consentement.
consent-title = Demande de { $app }
consent-heading = { $app } (société { $publisher }, SIREN { $siren }) demande à voir une partie de votre dossier
consent-verified = Vérifié
consent-verified-means = Nous avons vérifié que cette société existe et que ce service est le sien.
consent-unverified = Non vérifié
consent-unverified-means = Nous n’avons pas encore vérifié cette société.
consent-why = Pour quoi
consent-ongoing = Le service pourra lire plusieurs fois, jusqu’à la date que vous choisissez.
consent-once = Le service pourra lire pendant cinq minutes seulement.
consent-propose = Le service pourra vous proposer des ajouts à votre dossier, dans : { $sections }. Rien n’y entre sans votre accord : vous acceptez ou refusez chaque proposition.
consent-propose-limits = Il ne peut rien proposer dans une partie, ni remplir une information, que vous ne donnez pas.
consent-propose-nowhere = Le service demande aussi à vous proposer des ajouts, mais les parties qu’il nomme n’en reçoivent pas.
consent-heading-proposes = { $app } (société { $publisher }, SIREN { $siren }) demande à vous proposer des ajouts à votre dossier
consent-reads-nothing = Le service ne lira rien de votre dossier.
consent-what-proposes = Où vous acceptez des propositions
consent-what-hint-proposes = Cochez seulement les parties où ce service peut vous proposer des ajouts.
consent-finer-means-proposes = Si vous ne cochez rien ici, le service peut remplir toutes les informations qu’il demande. Si vous cochez ici, il peut remplir seulement ce qui est coché.
consent-what = Ce que vous acceptez de montrer
consent-what-hint = Cochez seulement ce que vous voulez montrer.
consent-essential = nécessaire
consent-essential-why = { $app } ne peut pas fonctionner sans cette partie.
consent-held = { $entries ->
    [0] Votre dossier n’en contient pas.
    [one] Votre dossier en contient 1.
   *[other] Votre dossier en contient { $entries }.
}
consent-duration = Pendant combien de temps
consent-days-until = { $days ->
    [one] 1 jour
    [365] 1 an
   *[other] { $days } jours
}, jusqu’au { $until }
consent-after = Ce qu’il faut savoir
consent-retention = { $days ->
    [one] À la fin, le service efface vos données sous 1 jour.
   *[other] À la fin, le service efface vos données sous { $days } jours.
}
consent-no-recipients = { $app } s’engage à ne transmettre vos données à personne.
consent-recipient = Vos données seront aussi transmises à { $recipient }.
consent-no-password = Ce service ne voit jamais votre mot de passe. Ne le donnez à personne.
consent-journalled = Vous verrez chaque lecture dans votre Journal des accès.
consent-stop = Vous pourrez arrêter à tout moment dans Mes autorisations. L’arrêt est immédiat.
consent-redirect = Après votre réponse, vous serez renvoyé vers { $back }.
consent-accept = Autoriser
consent-refuse = Refuser
consent-nothing-chosen = Cochez au moins une partie du dossier, ou refusez.
consent-no-duration = Choisissez une durée.
consent-standing = Ce que { $app } peut déjà voir
consent-standing-until = Vous l’avez autorisé jusqu’au { $until }.
consent-standing-merge = Si vous acceptez, ce que vous cochez s’ajoute à cette autorisation. Si vous refusez, elle reste comme elle est.
consent-standing-replace = Si vous acceptez, ce que vous cochez remplace cette autorisation : le reste s’arrête aussitôt. Si vous refusez, elle reste comme elle est.
consent-standing-nothing-new = Le service ne demande rien de plus à voir : seule la date de fin peut changer.
consent-standing-merge-end = La durée vaut pour toute l’autorisation, avec ce que vous avez accepté avant. Elle remplace la fin prévue, le { $until }.
consent-standing-replace-end = Cette durée remplace la fin prévue, le { $until }.
consent-standing-keep-end = Garder la fin prévue, le { $until }
section-trainings = Mes formations
section-trainings-what = Les formations que vous avez suivies.
section-certificates = Mes certificats
section-certificates-what = Les certifications que vous avez obtenues, avec leur date et leur résultat.
section-diplomas = Mes diplômes
section-diplomas-what = Vos diplômes et vos titres.
section-badges = Mes badges
section-badges-what = Vos badges numériques.
section-experiences = Mes expériences
section-experiences-what = Vos emplois, vos stages et vos immersions.
section-assessments = Mes évaluations
section-assessments-what = Vos résultats de tests.
section-skills = Mes compétences
section-skills-what = Ce que vous savez faire.
section-evidence = Mes justificatifs
section-evidence-what = Les documents joints à votre dossier.
section-projects = Mes projets
section-projects-what = Vos projets professionnels.
section-identity = Mon identité
section-identity-what = Vos noms, vos prénoms, votre date et votre lieu de naissance.
section-rights = Mes droits
section-rights-what = Vos droits à la formation.
purpose-career_guidance = Vous conseiller dans votre parcours professionnel
purpose-job_search = Vous aider à trouver un emploi
purpose-recruitment = Étudier votre candidature à un emploi
purpose-training_enrolment = Vous inscrire à une formation
purpose-qualification_proof = Prouver une qualification

# Ce qu’il faut savoir avant de décider.
consent-cautions = À savoir avant de décider
caution-new = Ce service est nouveau ici. Il est inscrit depuis le { $since }. { $grants ->
    [0] Moins de 10 autorisations lui ont été données.
   *[other] Au moins { $grants } autorisations lui ont été données.
}
caution-unusual = Pour ce but, un service n’a d’habitude pas besoin de : { $sections }.
caution-much = Ce service demande beaucoup.
caution-many = Il demande { $sections } parties de votre dossier.
caution-whole = Il demande chaque partie en entier.
caution-long = Il demande jusqu’à { $days } jours.
caution-proposes = Il veut aussi proposer des ajouts à votre dossier.

# Choisir plus finement.
consent-concerned = { $entries ->
    [0] Cette demande n’en concerne aucun.
    [one] Cette demande en concerne 1.
   *[other] Cette demande en concerne { $entries }.
}
consent-example = Par exemple : { $example }.
consent-entry = { $name }, { $day }
consent-finer = Choisir plus finement
consent-finer-means = Si vous ne cochez rien ici, vous montrez tout ce qui est demandé de cette partie. Ce qui s’y ajoutera aussi. Si vous cochez ici, vous montrez seulement ce qui est coché.
consent-which-fields = Quelles informations
consent-which-items = Quels éléments
consent-latest = Voici les 100 plus récents. Les autres ne se choisissent pas un par un.
consent-since-open = Limiter à une période
consent-since = Seulement à partir du (facultatif)
consent-since-hint = Laissez vide pour ne pas limiter. Sinon, ce qui n’a pas de date n’est pas montré.
consent-standing-detail = Voir ce qui est déjà autorisé
consent-preview = Voir exactement ce que le service verra
consent-preview-hint = Vous ne donnez rien en regardant.
consent-changed = Cette demande a changé depuis l’affichage de la page. Relisez-la, puis décidez.
consent-inexact = Ce choix ne peut pas s’ajouter tel quel à votre autorisation : le service verrait plus que ce que vous avez coché. Retirez les détails de cette partie, ou refusez.
consent-detached = Vous avez choisi des détails dans « { $section } », mais cette partie n’est pas cochée. Cochez-la, ou retirez ces détails.
consent-no-such-day = Cette date n’existe pas. Écrivez par exemple 2025-12-31.
consent-too-late = Cette demande s’arrête avant la date choisie. Choisissez une date plus ancienne.

# Ce que le service verrait.
preview-title = Ce que { $app } verrait
preview-lead = Voici ce que le service lirait aujourd’hui, avec vos choix. Rien ne lui est encore donné.
preview-reads-nothing = Ce service ne lira rien. Il veut seulement proposer des ajouts.
preview-unserved = Aucun service ne peut encore lire cette partie.
preview-empty = Le service ne verrait aucun élément.
preview-entry = Élément { $number }
preview-more = Le service peut lire la suite de la même façon.
preview-json = Le texte exact que le service reçoit
preview-kept = Vous gardez pour vous : { $sections }.
told-recorded_at = la date d’ajout à votre dossier
told-version = le numéro de version
told-id = le numéro de l’élément
told-provenance = l’origine
told-provenance-declared = déclaré par vous
told-provenance-attested = attesté par un organisme
told-mastery-beginner = je débute
told-mastery-intermediate = je le fais avec de l’aide
told-mastery-advanced = je le fais sans aide
told-mastery-expert = je peux l’apprendre à d’autres
told-issuer = { $name } (SIRET { $siret })
told-level = niveau { $level }
told-none = aucun
told-obtained-by_admission = décision d’un jury
told-obtained-by_scoring = score atteint
told-mention-none = sans mention
told-mention-fairly_good = assez bien
told-mention-good = bien
told-mention-very_good = très bien
told-mention-very_good_with_honours = très bien avec les félicitations du jury
told-below_a1 = en dessous de A1
told-digital-score = score { $score } sur 1000
told-digital-skill = compétence { $domain }.{ $skill } : niveau { $level }

# Après un refus.
again-title = Demande déjà refusée
again-heading = Vous avez déjà refusé cette demande
again-when = Vous avez refusé cette demande de { $app } le { $day }. Rien ne lui a été donné.
again-choice = Vous pouvez en rester là, ou regarder la demande à nouveau.
again-told = Si vous retournez au service, il saura seulement que vous n’avez rien autorisé.
again-forgotten = Nous oublions un refus après 7 jours.
again-back = Retourner au service
again-look = Revoir la demande
