# The worker's own space.
nav-record = My record
nav-authorizations = My authorisations
nav-mandates = My mandates
nav-journal = Access journal
sign-in = Sign in
sign-in-long = Sign in with my identity
sign-in-announce = You will be sent to your identity provider, then brought back here.
sign-out = Sign out
sign-in-ended-title = Signing in did not succeed
sign-in-refused = You stopped signing in. Nothing was recorded.
sign-in-too-weak = Your identity provider does not vouch enough for you. Sign in by a safer means, for example with a second factor.
sign-in-not-admitted = Your organisation counsels nobody on this platform. Nothing was recorded.
sign-in-expired = This sign-in has expired or was already used. You can start again.
moment = { $day } at { $time }
long-day = { $day } { $month ->
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
month-of-year = { $month ->
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
next-page = Next page
home-title = Your training record belongs to you
home-lead = Your certificates are kept here. You decide who reads them, what for, and until when.
home-worker-title = You hold an account
home-worker = Sign in to see your certificates, your authorisations and the access journal.
home-counsellor-title = You counsel people
home-counsellor = Act in the name of those who gave you a mandate.
home-publisher-title = You offer a service
home-publisher = Read the documentation of the API and try it in the sandbox.
home-record = Your certificates, attested by organisations, and what you declare yourself.
home-authorizations = The services that you allow, and how to stop them.
home-mandates = The counsellors who may act in your name, and how to end it.
home-journal = Who read what in your record, and when.
record-empty = No certificate yet. An organisation that issues one to you deposits it here.
certificate-code = Code
certificate-issuer = Issued by
certificate-attested = Attested
certificate-from = Valid from
certificate-until = Valid until
certificate-score = Score
certificate-leads-to = Occupations it leads to:
journal-lead = Every access to your record is written here before any data leaves.
journal-empty = Nobody has accessed your record yet.
journal-caption = Accesses, newest first
journal-when = When
journal-who = Who
journal-what = What
journal-section = Part of the record
journal-purpose = What for
journal-you = You
journal-agent = { $counsellor }, { $organisation }, in your name
journal-entries = { $entries ->
    [one] 1 item
   *[other] { $entries } items
}
journal-seal = Seal
journal-sealed-lead = Each line is sealed a few seconds later in a public log, which names nobody. From then on nobody can change or remove it unnoticed.
journal-verify = How to check it yourself
journal-export = Download my lines and their proofs
journal-sealed-at = Sealed, no. { $index }
journal-seal-waiting = Under way
journal-seal-broken = This line was changed afterwards. Report it.
journal-action-read = Read
journal-action-attest = Deposited
journal-action-claim = Collected
journal-action-propose = Proposed items
journal-action-follow = Asked what became of its proposals
journal-action-declare = Added
journal-action-decline = Refused a proposal
journal-action-amend = Changed
journal-action-remove = Removed
journal-action-grant = Gave an authorisation
journal-action-change = Changed an authorisation
journal-action-pause = Paused an authorisation
journal-action-resume = Resumed an authorisation
journal-action-confirm = Kept an authorisation
journal-action-revoke = Took an authorisation back
journal-action-mandate = Gave a mandate
journal-action-end_mandate = Ended a mandate
journal-action-view_grants = Saw your authorisations
journal-action-renounce = Gave its authorisation up
journal-action-erase = Confirmed the erasure
journal-action-grant-to = Gave { $app } an authorisation
journal-action-change-to = Changed the authorisation of { $app }
journal-action-pause-to = Paused the authorisation of { $app }
journal-action-resume-to = Resumed the authorisation of { $app }
journal-action-confirm-to = Kept the authorisation of { $app }
journal-action-revoke-to = Took back the authorisation of { $app }
journal-action-mandate-to = Gave { $app } a mandate
journal-action-end_mandate-to = Ended the mandate of { $app }
authorizations-lead = You can stop a service at any time. It stops at once.
authorizations-revoked = Done: this service can no longer read your record.
authorizations-active = In force
authorizations-none = You allow no service at the moment.
authorizations-past = Ended
authorizations-copied = A service may have kept a copy of what it has already read. It must erase it after the announced time. You can ask it to do so at once.
grant-purpose = What for
grant-sections = What it may read
grant-since = Since
grant-until = Until
grant-last-read = Last read
grant-never-read = Never read
grant-reads = { $reads ->
    [one] read once
   *[other] read { $reads } times
}
grant-ended-expired = Reached its end on { $at }
grant-ended-revoked = Stopped on { $at }
grant-ended-renounced = Given up by the service on { $at }
grant-ended-replaced = Replaced on { $at }
grant-ended-code_replayed = Stopped for safety on { $at }
erasure-due = The service must confirm before { $at } that it has erased everything.
erasure-attested = The service confirmed on { $at } that it has erased everything.
erasure-kept-legal_duty = It keeps only what the law obliges it to keep.
erasure-overdue = The service has not confirmed the erasure. It was due before { $at }.
erasure-overdue-advice = The authority sees it too. You can write to the service, or turn to the CNIL.
revoke = Stop
revoke-consequence = The service will read nothing more. You lose nothing.
