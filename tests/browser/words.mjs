// What a person reads and presses, in each language. The pages are found by these words alone, as
// she finds them.

export const french = {
  locale: 'fr-FR',
  language: 'fr',
  connect: 'Connecter mon dossier',
  asks: /demande à voir une partie de votre dossier/,
  essential: /^Mes certificats/,
  optional: 'Mes compétences',
  others: ['Mes compétences', 'Mes expériences'],
  stop: /Vous pourrez arrêter à tout moment dans Mes autorisations/,
  accept: 'Autoriser',
  refuse: 'Refuser',
  certificates: 'Vos certificats',
  keptBack: /Vous gardez pour vous/,
  declined: 'Vous avez dit non',
  withdrawn: 'Vous avez repris votre autorisation',
  record: 'Mon dossier',
  authorizations: 'Mes autorisations',
  journal: 'Journal des accès',
  read: 'A lu',
  section: /^Mes certificats/,
  revoke: /^Arrêter/,
  revoked: /ce service ne peut plus lire votre dossier/,
  signIn: 'Se connecter',
  signOut: 'Se déconnecter',
};

export const english = {
  locale: 'en-GB',
  language: 'en',
  connect: 'Connect my record',
  asks: /asks to see a part of your record/,
  essential: /^My certificates/,
  optional: 'My skills',
  others: ['My skills', 'My experiences'],
  stop: /You can stop at any time in My authorisations/,
  accept: 'Allow',
  refuse: 'Refuse',
  certificates: 'Your certificates',
  keptBack: /You keep .* to yourself/,
  declined: 'You said no',
  withdrawn: 'You have taken back your permission',
  record: 'My record',
  authorizations: 'My authorisations',
  journal: 'Access journal',
  read: 'Read',
  section: /^My certificates/,
  revoke: /^Stop/,
  revoked: /this service can no longer read your record/,
  signIn: 'Sign in',
  signOut: 'Sign out',
};

/** The app, as its publisher named it. */
export const APP = 'Cap Métier';
