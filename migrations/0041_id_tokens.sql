-- How a worker signed in, for the ID tokens that apps ask for.

ALTER TABLE sessions
    -- The level of assurance (`acr`), as the provider vouched for it. No lower one opens a session.
    ADD COLUMN acr text NOT NULL DEFAULT 'eidas1',
    -- When she proved who she is, at the provider.
    ADD COLUMN authenticated_at timestamptz NOT NULL DEFAULT now();

ALTER TABLE authorization_codes
    -- How the worker who decided had signed in, where an ID token is asked for.
    ADD COLUMN acr text,
    ADD COLUMN auth_time timestamptz;
