# The consent page.
consent-title = Request from { $app }
consent-heading = { $app } (company { $publisher }, SIREN { $siren }) asks to see a part of your record
consent-verified = Verified
consent-verified-means = We have checked that this company exists and that this service is its own.
consent-unverified = Not verified
consent-unverified-means = We have not checked this company yet.
consent-why = What for
consent-ongoing = The service may read several times, until the date you choose.
consent-once = The service may read for five minutes only.
consent-propose = The service may propose additions to your record, in: { $sections }. Nothing enters it without your agreement: you accept or refuse each proposal.
consent-propose-limits = It can propose nothing in a part, and fill in no information, that you do not give.
consent-propose-nowhere = The service also asks to propose additions, but the parts it names take none.
consent-heading-proposes = { $app } (company { $publisher }, SIREN { $siren }) asks to propose additions to your record
consent-reads-nothing = The service will read nothing of your record.
consent-what-proposes = Where you accept proposals
consent-what-hint-proposes = Tick only the parts where this service may propose additions to you.
consent-finer-means-proposes = If you tick nothing here, the service may fill in all the information it asks for. If you tick here, it may fill in only what is ticked.
consent-what = What you agree to show
consent-what-hint = Tick only what you want to show.
consent-essential = required
consent-essential-why = { $app } cannot work without this part.
consent-held = { $entries ->
    [0] Your record holds none.
    [one] Your record holds 1.
   *[other] Your record holds { $entries }.
}
consent-duration = For how long
consent-days-until = { $days ->
    [one] 1 day
    [365] 1 year
   *[other] { $days } days
}, until { $until }
consent-after = Good to know
consent-retention = { $days ->
    [one] At the end, the service erases your data within 1 day.
   *[other] At the end, the service erases your data within { $days } days.
}
consent-no-recipients = { $app } undertakes to pass your data on to nobody.
consent-recipient = Your data will also be passed on to { $recipient }.
consent-no-password = This service never sees your password. Give it to nobody.
consent-journalled = You will see each reading in your access journal.
consent-stop = You can stop at any time in My authorisations. It stops at once.
consent-redirect = After your answer, you will be sent back to { $back }.
consent-accept = Allow
consent-refuse = Refuse
consent-nothing-chosen = Tick at least one part of the record, or refuse.
consent-no-duration = Choose a duration.
consent-standing = What { $app } may see already
consent-standing-until = You allowed it until { $until }.
consent-standing-merge = If you accept, what you tick is added to this authorisation. If you refuse, it stays as it is.
consent-standing-replace = If you accept, what you tick takes the place of this authorisation: the rest stops at once. If you refuse, it stays as it is.
consent-standing-nothing-new = The service asks to see nothing more: only the end can change.
consent-standing-merge-end = The duration holds for the whole authorisation, with what you accepted before. It takes the place of the end foreseen, { $until }.
consent-standing-replace-end = This duration takes the place of the end foreseen, { $until }.
consent-standing-keep-end = Keep the end foreseen, { $until }
section-trainings = My trainings
section-trainings-what = The trainings that you followed.
section-certificates = My certificates
section-certificates-what = The certifications that you obtained, with their date and result.
section-diplomas = My diplomas
section-diplomas-what = Your diplomas and degrees.
section-badges = My badges
section-badges-what = Your digital badges.
section-experiences = My experiences
section-experiences-what = Your jobs, internships and immersions.
section-assessments = My assessments
section-assessments-what = Your test results.
section-skills = My skills
section-skills-what = What you can do.
section-evidence = My evidence
section-evidence-what = The documents attached to your record.
section-projects = My projects
section-projects-what = Your career projects.
section-identity = My identity
section-identity-what = Your names, first names, date and place of birth.
section-rights = My rights
section-rights-what = Your training rights.
purpose-career_guidance = To guide you in your career
purpose-job_search = To help you find a job
purpose-recruitment = To assess your application for a job
purpose-training_enrolment = To enrol you in a training
purpose-qualification_proof = To prove a qualification

# What to know before deciding.
consent-cautions = To know before you decide
caution-new = This service is new here. It has been registered since { $since }. { $grants ->
    [0] It was given fewer than 10 authorisations.
   *[other] It was given at least { $grants } authorisations.
}
caution-unusual = For this purpose, a service does not usually need: { $sections }.
caution-much = This service asks for much.
caution-many = It asks for { $sections } parts of your record.
caution-whole = It asks for all of each part.
caution-long = It asks for up to { $days } days.
caution-proposes = It would also like to propose additions to your record.

# Choosing more finely.
consent-concerned = { $entries ->
    [0] This request concerns none of them.
    [one] This request concerns 1 of them.
   *[other] This request concerns { $entries } of them.
}
consent-example = For example: { $example }.
consent-entry = { $name }, { $day }
consent-finer = Choose more finely
consent-finer-means = If you tick nothing here, you show everything that is asked of this part. What is added to it later, too. If you tick here, you show only what is ticked.
consent-which-fields = Which information
consent-which-items = Which items
consent-latest = Here are the 100 latest. The others cannot be chosen one by one.
consent-since-open = Limit to a period
consent-since = Only from this day on (optional)
consent-since-hint = Leave it empty to set no limit. Otherwise, what has no date is not shown.
consent-standing-detail = See what is already allowed
consent-preview = See exactly what the service will see
consent-preview-hint = You give nothing by looking.
consent-changed = This request has changed since the page was shown. Read it again, then decide.
consent-inexact = This choice cannot be added as it is to your authorisation: the service would see more than you ticked. Take the details of this part back, or refuse.
consent-detached = You chose details in “{ $section }”, but this part is not ticked. Tick it, or take these details back.
consent-no-such-day = This date does not exist. Write for example 2025-12-31.
consent-too-late = This request ends before the date you chose. Choose an earlier date.

# What the service would see.
preview-title = What { $app } would see
preview-lead = This is what the service would read today, with your choices. Nothing is given to it yet.
preview-reads-nothing = This service will read nothing. It would only like to propose additions.
preview-unserved = No service can read this part yet.
preview-empty = The service would see no item.
preview-entry = Item { $number }
preview-more = The service can read on in the same way.
preview-json = The exact text that the service receives
preview-kept = You keep to yourself: { $sections }.
told-recorded_at = the day it was added to your record
told-version = the number of the version
told-id = the number of the item
told-provenance = where it comes from
told-provenance-declared = declared by you
told-provenance-attested = attested by an organisation
told-mastery-beginner = I am beginning
told-mastery-intermediate = I do it with help
told-mastery-advanced = I do it alone
told-mastery-expert = I can teach it
told-issuer = { $name } (SIRET { $siret })
told-level = level { $level }
told-none = none
told-obtained-by_admission = decision of a jury
told-obtained-by_scoring = score reached
told-mention-none = no distinction
told-mention-fairly_good = fairly good
told-mention-good = good
told-mention-very_good = very good
told-mention-very_good_with_honours = very good with honours
told-below_a1 = below A1
told-digital-score = score { $score } of 1000
told-digital-skill = skill { $domain }.{ $skill }: level { $level }

# After a refusal.
again-title = Request refused before
again-heading = You have already refused this request
again-when = You refused this request of { $app } on { $day }. Nothing was given to it.
again-choice = You can leave it at that, or look at the request again.
again-told = If you go back to the service, it only learns that you allowed nothing.
again-forgotten = We forget a refusal after 7 days.
again-back = Go back to the service
again-look = Look at the request again
