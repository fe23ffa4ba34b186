//! A small flux, one element per line, with one passage to spoil.

/// The passage, from line 14 of [`flux`] on.
pub(crate) const PASSAGE: &str = r#"<cpf:passageCertification>
<cpf:idTechnique>A-1</cpf:idTechnique>
<cpf:urlPreuve>https://preuves.example/A-1</cpf:urlPreuve>
<cpf:obtentionCertification>PAR_SCORING</cpf:obtentionCertification>
<cpf:donneeCertifiee>true</cpf:donneeCertifiee>
<cpf:dateDebutExamen>2024-05-02</cpf:dateDebutExamen>
<cpf:dateFinExamen>2024-05-03</cpf:dateFinExamen>
<cpf:modalitePassageExamen>EN_PRESENTIEL</cpf:modalitePassageExamen>
<cpf:dateDebutValidite>2024-06-01</cpf:dateDebutValidite>
<cpf:dateFinValidite xsi:nil="true"/>
<cpf:presenceNiveauLangueEuro>true</cpf:presenceNiveauLangueEuro>
<cpf:niveauLangueEuropeen>B2</cpf:niveauLangueEuropeen>
<cpf:presenceNiveauNumeriqueEuro>false</cpf:presenceNiveauNumeriqueEuro>
<cpf:scoring>785</cpf:scoring>
<cpf:mentionValidee>MENTION_BIEN</cpf:mentionValidee>
<cpf:modalitesInscription><cpf:modaliteAcces xsi:nil="true"/></cpf:modalitesInscription>
<cpf:identificationTitulaire>
<cpf:titulaire>
<cpf:nomNaissance>Sauvterre</cpf:nomNaissance>
<cpf:nomUsage xsi:nil="true"/>
<cpf:prenom1>Maëlle</cpf:prenom1>
<cpf:anneeNaissance>1988</cpf:anneeNaissance>
<cpf:moisNaissance>02</cpf:moisNaissance>
<cpf:jourNaissance>29</cpf:jourNaissance>
<cpf:sexe>F</cpf:sexe>
<cpf:codeCommuneNaissance><cpf:codeInseeNaissance>
<cpf:codeInsee>2A004</cpf:codeInsee>
</cpf:codeInseeNaissance></cpf:codeCommuneNaissance>
<cpf:codePaysNaissance>100</cpf:codePaysNaissance>
</cpf:titulaire>
</cpf:identificationTitulaire>
</cpf:passageCertification>
"#;

/// A flux of these passages, of the qualification RS5875.
pub(crate) fn flux(passages: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<cpf:flux xmlns:cpf="urn:cdc:cpf:pc5:schema:1.0.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<cpf:idFlux>flux-1</cpf:idFlux>
<cpf:horodatage>2024-06-02T08:00:00+02:00</cpf:horodatage>
<cpf:emetteur>
<cpf:idClient>00TEST00</cpf:idClient>
<cpf:certificateurs><cpf:certificateur>
<cpf:idClient>00TEST00</cpf:idClient>
<cpf:idContrat>MCFCER000000</cpf:idContrat>
<cpf:certifications><cpf:certification>
<cpf:type>RS</cpf:type>
<cpf:code>RS5875</cpf:code>
<cpf:passageCertifications>
{passages}</cpf:passageCertifications>
</cpf:certification></cpf:certifications>
</cpf:certificateur></cpf:certificateurs>
</cpf:emetteur>
</cpf:flux>
"#
    )
}

/// The flux of one passage in which `from` became `to`.
pub(crate) fn spoiled(from: &str, to: &str) -> String {
    let whole = flux(PASSAGE);
    assert!(whole.contains(from), "{from} is in the sample");
    whole.replacen(from, to, 1)
}
