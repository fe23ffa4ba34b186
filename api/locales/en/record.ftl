# The record: what she declares, and what services propose to her.
long-month = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
record-declared-means = You can also declare your own trainings, diplomas, experiences, skills and projects. They are marked “Declared by you”. Nobody sees them without your permission.
record-none = You have declared nothing here yet.
record-all = See all
record-entries = What you have declared
record-done-added = Done: the item is added to your record.
record-done-amended = Done: the item is changed.
record-done-removed = Done: the item is removed from your record.
record-done-accepted = Done: the proposal is added to your record. The service is told.
record-done-refused = Done: the proposal is refused and forgotten. The service is told.
proposals-title = Proposals to look at
proposals-lead = Nothing enters your record without your agreement. The service will be told what you decide. A refused proposal is forgotten. If you do not decide, it is forgotten after 90 days.
proposals-more = { $more ->
    [one] One more proposal waits. You will see it after these.
   *[other] { $more } more proposals wait. You will see them after these.
}
proposals-wait = { $proposals ->
    [one] One proposal for your record waits for your decision.
   *[other] { $proposals } proposals for your record wait for your decision.
}
proposals-wait-of = { $proposals ->
    [one] One proposal of this service waits for your decision.
   *[other] { $proposals } proposals of this service wait for your decision.
}
proposals-look = Look at the proposals
proposal-by = Proposed by { $app } on { $at }
proposal-for = Would go into
proposal-accept = Add to my record
proposal-refuse = Refuse
proposal-gone = This proposal does not wait for a decision any more. Nothing was done. Here is your record as it is now.
entry-declared = Declared by you
entry-declared-means = This item will be marked “Declared by you”. You can change or remove it at any time.
entry-add = Add
entry-change = Change
entry-remove = Remove
entry-save = Save
entry-cancel = Cancel
entry-optional = (optional)
entry-unsaid = I would rather not say
entry-add-trainings = Add a training
entry-add-diplomas = Add a diploma
entry-add-experiences = Add an experience
entry-add-skills = Add a skill
entry-add-projects = Add a project
entry-change-trainings = Change a training
entry-change-diplomas = Change a diploma
entry-change-experiences = Change an experience
entry-change-skills = Change a skill
entry-change-projects = Change a project
entry-remove-title = Remove this item?
entry-remove-means = It will disappear from your record, with what it said before. A service that has read it may have kept a copy.
entry-remove-do = Remove from my record
entry-remove-keep = Keep it
entry-moved = This item has changed meanwhile
entry-moved-means = Nothing was saved. The form shows what the item says now. Here is what you had written, to use again if you like:
entry-wrong = Error
entry-wrong-summary = Something needs to be corrected
entry-wrong-field = { $field }: { $error }
entry-occupations = Which occupation is closest?
entry-occupation-found = Found by: { $title }
entry-occupation-none = None of these: leave the occupation out
entry-hint-date = A year, a month or a day, the day first. For example: 2021, 09/2021 or 14/09/2021.
entry-hint-ended = Leave empty if it has not ended. For example: 2021, 09/2021 or 14/09/2021, the day first.
entry-hint-occupation = Write the French name of an occupation, then save. We will show you the closest ones. You can also write its ROME code, for example M1805.
entry-hint-description = In your own words, 2,000 characters at most.
entry-trainings-title = Name of the training
entry-trainings-organisation = Training organisation
entry-trainings-started_on = Start
entry-trainings-ended_on = End
entry-trainings-description = Description
entry-diplomas-title = Name of the diploma
entry-diplomas-organisation = School
entry-diplomas-level = Level
entry-diplomas-obtained_on = Obtained
entry-experiences-title = Position or activity
entry-experiences-organisation = Employer or organisation
entry-experiences-occupation = Occupation
entry-experiences-started_on = Start
entry-experiences-ended_on = End
entry-experiences-description = Description
entry-skills-title = Skill
entry-skills-mastery = Mastery
entry-skills-description = Description
entry-projects-title = Project
entry-projects-occupation = Occupation aimed at
entry-projects-description = Description
mastery-beginner = I am beginning
mastery-intermediate = I do it with help
mastery-advanced = I do it on my own
mastery-expert = I teach it to others
level-1 = Level 1 (basic knowledge)
level-2 = Level 2 (before the CAP)
level-3 = Level 3 (CAP, BEP)
level-4 = Level 4 (baccalauréat)
level-5 = Level 5 (BTS, DUT)
level-6 = Level 6 (bachelor’s degree)
level-7 = Level 7 (master’s degree)
level-8 = Level 8 (doctorate)
flaw-missing = write something here, it is needed.
flaw-too-long = the text is too long, { $most } characters at most.
flaw-hidden-characters = the text holds characters that cannot be seen. Type it again.
flaw-not-a-date = write a year, a month or a day, for example 2021, 09/2021 or 14/09/2021.
flaw-no-such-day = there is no such date.
flaw-before-it-began = the end cannot come before the start.
flaw-not-yet = this date has not come yet.
flaw-out-of-range = choose a level from the list.
flaw-unknown-value = choose an answer from the list.
flaw-unknown-occupation = no occupation resembles this text. Write it differently, or leave it empty.
flaw-choose-occupation = choose the closest occupation.
