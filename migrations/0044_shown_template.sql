-- Which template arranged the texts on which a worker decided: its name, and the SHA-256 of its
-- source in the program that showed it. Null for decisions of before this was kept.

ALTER TABLE grant_versions
    ADD COLUMN template_name text,
    ADD COLUMN template_digest bytea,
    ADD CONSTRAINT grant_versions_template CHECK (num_nonnulls(template_name, template_digest) IN (0, 2));
ALTER TABLE mandates
    ADD COLUMN template_name text,
    ADD COLUMN template_digest bytea,
    ADD CONSTRAINT mandates_template CHECK (num_nonnulls(template_name, template_digest) IN (0, 2));
