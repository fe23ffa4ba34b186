-- Proof of possession (DPoP, RFC 9449): the key a code is bound to, and the proofs already used.

ALTER TABLE authorization_codes
    -- The SHA-256 thumbprint (RFC 7638) of the only key that may trade the code, in base64url.
    ADD COLUMN dpop_jkt text CONSTRAINT authorization_codes_jkt_shape CHECK (dpop_jkt ~ '^[A-Za-z0-9_-]{43}$'),
    -- The request's `nonce`, for the ID token (OpenID Connect Core §3.1.2.1).
    ADD COLUMN nonce text CONSTRAINT authorization_codes_nonce_length CHECK (octet_length(nonce) <= 512),
    -- Whether the request's `scope` names `openid`.
    ADD COLUMN openid boolean NOT NULL DEFAULT false;

-- The digest of the key and the `jti` of each proof, until it is too old to be accepted anyway:
-- shared by all nodes, so that none takes a proof that another has seen.
CREATE TABLE used_proofs (
    proof_digest bytea PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX used_proofs_expiry ON used_proofs (expires_at);

GRANT SELECT, INSERT, DELETE ON used_proofs TO cpf_app;
