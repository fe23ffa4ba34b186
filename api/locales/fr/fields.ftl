# Ce qu’une autorisation peut nommer dans une partie du dossier, et ses limites.
limit-fields = Seulement : { $fields }.
limit-items = { $entries ->
    [one] Seulement 1 élément choisi.
   *[other] Seulement { $entries } éléments choisis.
}
limit-from = Seulement à partir du { $from }.
limit-until = Seulement jusqu’au { $until }.
limit-between = Seulement du { $from } au { $until }.
field-certificates-issuer = l’organisme qui l’a délivré
field-certificates-qualification = la qualification
field-certificates-occupations = les métiers vers lesquels elle mène
field-certificates-valid_from = le premier jour de validité
field-certificates-valid_until = le dernier jour de validité
field-certificates-obtained = la façon dont vous l’avez obtenue
field-certificates-score = le score
field-certificates-mention = la mention
field-certificates-language_level = le niveau de langue
field-certificates-digital_level = le niveau numérique
field-certificates-option_label = l’option suivie
field-certificates-evidence_url = l’adresse de la preuve
field-trainings-title = l’intitulé
field-trainings-organisation = l’organisme de formation
field-trainings-started_on = la date de début
field-trainings-ended_on = la date de fin
field-trainings-description = ce que vous en dites
field-diplomas-title = l’intitulé
field-diplomas-organisation = l’école ou l’organisme
field-diplomas-level = le niveau
field-diplomas-obtained_on = la date d’obtention
field-experiences-title = l’intitulé du poste ou de l’activité
field-experiences-organisation = l’employeur ou la structure
field-experiences-occupation = le métier
field-experiences-started_on = la date de début
field-experiences-ended_on = la date de fin
field-experiences-description = ce que vous en dites
field-skills-title = le nom de la compétence
field-skills-mastery = votre degré de maîtrise
field-skills-description = ce que vous en dites
field-projects-title = le nom du projet
field-projects-occupation = le métier
field-projects-description = ce que vous en dites
