# The worker's own space.
nav-record = My record
nav-authorizations = My authorisations
nav-journal = Access journal
sign-in = Sign in
sign-in-long = Sign in with my identity
sign-in-announce = You will be sent to your identity provider, then brought back here.
sign-out = Sign out
sign-in-ended-title = Signing in did not succeed
sign-in-refused = You stopped signing in. Nothing was recorded.
sign-in-expired = This sign-in has expired or was already used. You can start again.
moment = { $day } at { $time }
next-page = Next page
home-title = Your training record belongs to you
home-lead = Your certificates are kept here. You decide who reads them, what for, and until when.
home-worker-title = You hold an account
home-worker = Sign in to see your certificates, your authorisations and the access journal.
home-publisher-title = You offer a service
home-publisher = Read the documentation of the API and try it in the sandbox.
home-record = Your certificates, attested by the organisations that issued them.
home-authorizations = The services that you allow, and how to stop them.
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
journal-entries = { $entries ->
    [one] 1 item
   *[other] { $entries } items
}
journal-action-read = Read
journal-action-attest = Deposited
journal-action-claim = Collected
journal-action-grant = Gave an authorisation
journal-action-change = Changed an authorisation
journal-action-revoke = Took an authorisation back
journal-action-grant-to = Gave { $app } an authorisation
journal-action-change-to = Changed the authorisation of { $app }
journal-action-revoke-to = Took back the authorisation of { $app }
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
grant-ended-revoked = Taken back by you on { $at }
grant-ended-renounced = Given up by the service on { $at }
grant-ended-replaced = Replaced on { $at }
grant-ended-code_replayed = Stopped for safety on { $at }
revoke = Stop
revoke-consequence = The service will read nothing more. You lose nothing.
