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
