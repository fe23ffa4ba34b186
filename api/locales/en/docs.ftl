# The reference of the API.
docs-contents = Contents
docs-overview = Overview
docs-schemas = Schemas
docs-console = Console
