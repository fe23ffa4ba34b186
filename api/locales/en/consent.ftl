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
consent-propose = The service may also propose additions to your record. Nothing enters it without your agreement.
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
consent-days = { $days ->
    [one] 1 day
    [365] 1 year
   *[other] { $days } days
}
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
consent-changed = This authorisation has changed since the page was shown. Read it again, then decide.
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
