"""What legup says: facts, the catalogue of nudges, templates by language, rendering."""
