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
