-- Public labour-market data, by release: the one in force is what readers see.

CREATE TABLE releases (
    source text NOT NULL CONSTRAINT releases_source CHECK (source IN ('rome')),
    release text NOT NULL,
    content_sha256 bytea NOT NULL,
    imported_at timestamptz NOT NULL,
    in_force boolean NOT NULL,
    PRIMARY KEY (source, release)
);
CREATE UNIQUE INDEX releases_one_in_force ON releases (source) WHERE in_force;
COMMENT ON TABLE releases IS 'Imported releases of public reference data, with the digest of their files';

CREATE TABLE occupations (
    release text NOT NULL,
    code text NOT NULL CONSTRAINT occupations_code CHECK (code ~ '^[A-N]\d{4}$'),
    label text NOT NULL,
    parent_code text NOT NULL,
    transition text,
    PRIMARY KEY (release, code)
);
COMMENT ON TABLE occupations IS 'ROME occupations (fiches métiers)';

CREATE TABLE appellations (
    release text NOT NULL,
    code text NOT NULL,
    occupation_code text NOT NULL,
    label text NOT NULL,
    short_label text NOT NULL,
    PRIMARY KEY (release, code)
);
CREATE INDEX appellations_occupation ON appellations (release, occupation_code);
COMMENT ON TABLE appellations IS 'ROME job titles, each belonging to one occupation';

CREATE TABLE skills (
    release text NOT NULL,
    position integer NOT NULL,
    label text NOT NULL,
    category text NOT NULL,
    macro_skill text NOT NULL,
    objective text NOT NULL,
    stake text NOT NULL,
    domain text NOT NULL,
    PRIMARY KEY (release, position)
);
COMMENT ON TABLE skills IS 'ROME skills, with their place in the tree';

-- Qualifications (RNCP and RS) and the occupations they lead to.
CREATE TABLE qualifications (
    code text PRIMARY KEY CONSTRAINT qualifications_code CHECK (code ~ '^(RNCP|RS)\d{3,5}$'),
    label text NOT NULL,
    -- Level of the French framework, 1 to 8; none for the Répertoire spécifique.
    level smallint CONSTRAINT qualifications_level CHECK (level BETWEEN 1 AND 8)
);
CREATE TABLE qualification_occupations (
    qualification_code text NOT NULL REFERENCES qualifications ON DELETE CASCADE,
    occupation_code text NOT NULL,
    PRIMARY KEY (qualification_code, occupation_code)
);

GRANT SELECT, INSERT, UPDATE, DELETE
    ON releases, occupations, appellations, skills, qualifications, qualification_occupations TO cpf_app;
