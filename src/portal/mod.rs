//! HubSpot over HTTP: a client that reads, a client that also writes; the only way out.
