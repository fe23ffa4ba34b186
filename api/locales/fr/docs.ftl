# La référence de l’API.
docs-contents = Sommaire
docs-overview = Vue d’ensemble
docs-schemas = Schémas
docs-console = Console d’essai
