-- Consent receipts: the document of each version and end of a permission, for both sides.

CREATE TABLE receipts (
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE,
    -- A grant or a mandate.
    permission_id uuid NOT NULL,
    -- From 1 on: the versions in their order, then the end.
    number integer NOT NULL CONSTRAINT receipts_number CHECK (number >= 1),
    -- JSON-LD, as written in the transaction of what it tells: the very bytes that are signed.
    document text NOT NULL,
    -- The document as a JWS, since somebody asked for it first; anew when the key behind it was retired.
    signed text,
    PRIMARY KEY (worker_id, permission_id, number)
);
COMMENT ON TABLE receipts IS 'What each side of a grant or a mandate keeps as evidence of it';

ALTER TABLE receipts ENABLE ROW LEVEL SECURITY;
ALTER TABLE receipts FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON receipts TO cpf_app USING (worker_id = cpf_worker());
-- What was written stays as it is.
GRANT SELECT, INSERT, UPDATE (signed) ON receipts TO cpf_app;
