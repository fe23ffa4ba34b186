# What an authorisation can name in a part of the record, and its limits.
limit-fields = Only: { $fields }.
limit-items = { $entries ->
    [one] Only 1 chosen item.
   *[other] Only { $entries } chosen items.
}
limit-from = Only from { $from } onwards.
limit-until = Only until { $until }.
limit-between = Only from { $from } to { $until }.
field-certificates-issuer = who issued it
field-certificates-qualification = the qualification
field-certificates-occupations = the occupations it leads to
field-certificates-valid_from = the first day of validity
field-certificates-valid_until = the last day of validity
field-certificates-obtained = how you obtained it
field-certificates-score = the score
field-certificates-mention = the distinction
field-certificates-language_level = the language level
field-certificates-digital_level = the digital level
field-certificates-option_label = the option taken
field-certificates-evidence_url = the address of the evidence
field-trainings-title = the title
field-trainings-organisation = the training organisation
field-trainings-started_on = when it began
field-trainings-ended_on = when it ended
field-trainings-description = what you say about it
field-diplomas-title = the title
field-diplomas-organisation = the school or organisation
field-diplomas-level = the level
field-diplomas-obtained_on = when you obtained it
field-experiences-title = the title of the job or activity
field-experiences-organisation = the employer or organisation
field-experiences-occupation = the occupation
field-experiences-started_on = when it began
field-experiences-ended_on = when it ended
field-experiences-description = what you say about it
field-skills-title = the name of the skill
field-skills-mastery = how well you master it
field-skills-description = what you say about it
field-projects-title = the name of the project
field-projects-occupation = the occupation
field-projects-description = what you say about it
