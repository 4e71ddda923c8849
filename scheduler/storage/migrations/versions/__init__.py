"""One file per revision, never changed once released; `migrating.REVISIONS` lists them."""
