//! The calls that a plan and an apply make, each with the person or team whom it is about.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Reading,
    Applying,
}

pub(crate) struct Endpoint {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// As the sandbox matches it.
    pub(crate) path: &'static str,
    pub(crate) phase: Phase,
    /// Whose action it is part of; while reading nobody's.
    pub(crate) subject: &'static str,
    pub(crate) writes: bool,
    /// Of more than one page in the scenario.
    pub(crate) is_list: bool,
}

impl Endpoint {
    pub(crate) fn is_scim(&self) -> bool {
        self.path.starts_with("/scim")
    }

    pub(crate) fn is_search(&self) -> bool {
        self.path.ends_with("/search")
    }

    pub(crate) fn is_introspection(&self) -> bool {
        self.path.starts_with("/oauth")
    }
}

const fn read(name: &'static str, method: &'static str, path: &'static str) -> Endpoint {
    Endpoint { name, method, path, phase: Phase::Reading, subject: "", writes: false, is_list: false }
}

const fn list(name: &'static str, path: &'static str) -> Endpoint {
    Endpoint { is_list: true, ..read(name, "GET", path) }
}

const fn look(
    name: &'static str,
    (method, path): (&'static str, &'static str),
    subject: &'static str,
) -> Endpoint {
    Endpoint { phase: Phase::Applying, subject, ..read(name, method, path) }
}

const fn write(
    name: &'static str,
    (method, path): (&'static str, &'static str),
    subject: &'static str,
) -> Endpoint {
    Endpoint { writes: true, ..look(name, (method, path), subject) }
}

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    read("GET account", "GET", "/account-info/2026-09/details"),
    list("GET people", "/settings/users/2026-09"),
    read("GET permission sets", "GET", "/settings/users/2026-09/roles"),
    read("GET seats", "GET", "/settings/users/2026-09/seats"),
    read("GET teams", "GET", "/settings/teams/2026-09"),
    list("GET CRM records", "/crm/objects/2026-03/users"),
    read("GET archived owners", "GET", "/crm/owners/2026-09"),
    read("POST introspection", "POST", "/oauth/v2/private-apps/get/access-token-info"),
    read("POST owned records", "POST", "/crm/objects/2026-03/contacts/search"),
    read("GET SCIM by address", "GET", "/scim/v2/Users"),
    look("GET person", ("GET", "/settings/users/2026-09/1001"), "ana@example.com"),
    write("PUT person", ("PUT", "/settings/users/2026-09/1001"), "ana@example.com"),
    look("GET by address", ("GET", "/settings/users/2026-09/cy*"), "cy@example.com"),
    write("POST invitation", ("POST", "/settings/users/2026-09"), "cy@example.com"),
    look("GET leaver", ("GET", "/settings/users/2026-09/1004"), "di@example.com"),
    write("DELETE person", ("DELETE", "/settings/users/2026-09/1004"), "di@example.com"),
    write("POST team", ("POST", "/settings/teams/2026-09"), "Benelux"),
    write("PATCH team", ("PATCH", "/settings/teams/2026-09/23"), "Help desk"),
    write("DELETE team", ("DELETE", "/settings/teams/2026-09/24"), "Gone"),
    write("POST team member", ("POST", "/settings/teams/2026-09/*/members"), "bo@example.com"),
    write("DELETE team member", ("DELETE", "/settings/teams/2026-09/*/members/1002"), "bo@example.com"),
    look("POST read profiles", ("POST", "/crm/objects/2026-03/users/batch/read"), "ed@example.com"),
    write("POST write profiles", ("POST", "/crm/objects/2026-03/users/batch/update"), "ed@example.com"),
    look("GET SCIM person", ("GET", "/scim/v2/Users/1005"), "eli@example.com"),
    write("PATCH deactivate", ("PATCH", "/scim/v2/Users/1005"), "eli@example.com"),
    write("PATCH reactivate", ("PATCH", "/scim/v2/Users/1006"), "fay@example.com"),
];
