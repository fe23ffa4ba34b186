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
consent-propose = Le service pourra aussi vous proposer des ajouts à votre dossier. Rien n’y entre sans votre accord.
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
consent-days = { $days ->
    [one] 1 jour
    [365] 1 an
   *[other] { $days } jours
}
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
consent-changed = Cette autorisation a changé depuis l’affichage de la page. Relisez-la, puis décidez.
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
