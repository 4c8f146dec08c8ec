//! The calls that a plan and an apply make, each with the person or team whom it is about.
//!
//! Deliberately absent: `strip`, whose PUT is that of any update; the other three searches, which are the first with
//! another word; and what only `doctor` asks, which plans nothing.

/// What a call is for: what its failing must come to is a rule of that (`rules`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Read for the plan, which is nothing without it.
    Ground,
    /// Read for the plan; an account or a token may do without it.
    Extra,
    /// Read for the plan; a token may do without it.
    ExtraByScope,
    /// Read for the plan: whom the token acts for.
    Remark,
    /// One person, read for the plan.
    Direct,
    /// Read right before a write.
    Look,
    /// Says the same when it is said twice.
    Write,
    /// Would do it twice when it is said twice.
    Create,
    /// Read after a write, to see what came of it.
    Confirm,
}

/// Which portal the cell is played on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Usual,
    /// SCIM takes no PATCH.
    WithoutPatch,
    /// Files for the version 2026-03 of user provisioning.
    Older,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Endpoint {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// As the sandbox matches it.
    pub(crate) path: &'static str,
    /// The how-manieth of these calls it is, in the plan or in the apply.
    pub(crate) nth: usize,
    pub(crate) part: Part,
    /// Whose action it is part of; while reading nobody's.
    pub(crate) subject: &'static str,
    /// Whom a fault that stays hits as well: they share the call, or wait for what it does.
    pub(crate) also: &'static [&'static str],
    /// How many entries its list must have to fill more than one page.
    pub(crate) page: Option<usize>,
    pub(crate) stage: Stage,
}

impl Endpoint {
    pub(crate) fn is_for_the_plan(&self) -> bool {
        match self.part {
            Part::Ground | Part::Extra | Part::ExtraByScope | Part::Remark | Part::Direct => true,
            Part::Look | Part::Write | Part::Create | Part::Confirm => false,
        }
    }

    pub(crate) fn writes(&self) -> bool {
        matches!(self.part, Part::Write | Part::Create)
    }

    pub(crate) fn is_scim(&self) -> bool {
        self.path.starts_with("/scim")
    }

    /// Neither SCIM nor introspection counts against the account's limits.
    pub(crate) fn is_limited(&self) -> bool {
        !self.is_scim() && !self.path.starts_with("/oauth")
    }

    pub(crate) fn is_search(&self) -> bool {
        self.path.ends_with("/search")
    }

    pub(crate) fn is_about_a_person(&self) -> bool {
        self.subject.contains('@')
    }

    const fn nth(self, nth: usize) -> Endpoint {
        Endpoint { nth, ..self }
    }

    const fn page(self, entries: usize) -> Endpoint {
        Endpoint { page: Some(entries), ..self }
    }

    const fn on(self, stage: Stage) -> Endpoint {
        Endpoint { stage, ..self }
    }

    const fn with(self, also: &'static [&'static str]) -> Endpoint {
        Endpoint { also, ..self }
    }
}

const fn call(
    name: &'static str,
    (method, path): (&'static str, &'static str),
    (part, subject): (Part, &'static str),
) -> Endpoint {
    Endpoint { name, method, path, nth: 1, part, subject, also: &[], page: None, stage: Stage::Usual }
}

const fn read(part: Part, name: &'static str, path: &'static str) -> Endpoint {
    call(name, ("GET", path), (part, ""))
}

const fn ask(part: Part, name: &'static str, path: &'static str) -> Endpoint {
    call(name, ("POST", path), (part, ""))
}

const ANA: &str = "ana@example.com";
const BO: &str = "bo@example.com";
const CY: &str = "cy@example.com";
const DI: &str = "di@example.com";
const ED: &str = "ed@example.com";
const ELI: &str = "eli@example.com";
const FAY: &str = "fay@example.com";
/// Waits for the seat that Di gives back.
const HAL: &str = "hal@example.com";

const USERS: &str = "/settings/users/2026-09";
const TEAMS: &str = "/settings/teams/2026-09";
const RECORDS: &str = "/crm/objects/2026-03/users";

pub(crate) const ENDPOINTS: &[Endpoint] = &[
    read(Part::Ground, "GET account", "/account-info/2026-09/details"),
    read(Part::Ground, "GET people", USERS).page(101),
    read(Part::Extra, "GET permission sets", "/settings/users/2026-09/roles"),
    read(Part::Extra, "GET seats", "/settings/users/2026-09/seats"),
    read(Part::Extra, "GET teams", TEAMS).page(101),
    read(Part::Extra, "GET teams 2026-03", "/settings/users/2026-03/teams").on(Stage::Older),
    read(Part::ExtraByScope, "GET CRM records", RECORDS).page(101),
    read(Part::ExtraByScope, "GET archived owners", "/crm/owners/2026-09").page(501),
    read(Part::Direct, "GET left over", "/settings/users/2026-09/1006"),
    read(Part::Direct, "GET who leaves", "/settings/users/2026-09/1004"),
    ask(Part::Remark, "POST introspection", "/oauth/v2/private-apps/get/access-token-info"),
    ask(Part::Extra, "POST owned records", "/crm/objects/2026-03/contacts/search"),
    read(Part::Ground, "GET SCIM by address", "/scim/v2/Users"),
    call("GET person", ("GET", "/settings/users/2026-09/1001"), (Part::Look, ANA)),
    call("PUT person", ("PUT", "/settings/users/2026-09/1001"), (Part::Write, ANA)),
    call("GET by address", ("GET", "/settings/users/2026-09/cy*"), (Part::Look, CY)),
    call("POST invitation", ("POST", USERS), (Part::Create, CY)),
    call("GET leaver", ("GET", "/settings/users/2026-09/1004"), (Part::Look, DI)).with(&[HAL]),
    call("DELETE person", ("DELETE", "/settings/users/2026-09/1004"), (Part::Write, DI)).with(&[HAL]),
    call("GET who left", ("GET", "/settings/users/2026-09/1004"), (Part::Confirm, DI)).nth(2).with(&[HAL]),
    call("GET teams again", ("GET", TEAMS), (Part::Look, "Benelux")),
    call("POST team", ("POST", TEAMS), (Part::Create, "Benelux")),
    call("GET team", ("GET", "/settings/teams/2026-09/23"), (Part::Look, "Help desk")),
    call("PATCH team", ("PATCH", "/settings/teams/2026-09/23"), (Part::Write, "Help desk")),
    call("GET old team", ("GET", "/settings/teams/2026-09/24"), (Part::Look, "Gone")),
    call("DELETE team", ("DELETE", "/settings/teams/2026-09/24"), (Part::Write, "Gone")),
    call("GET gone team", ("GET", "/settings/teams/2026-09/24"), (Part::Confirm, "Gone")).nth(2),
    call("GET member", ("GET", "/settings/users/2026-09/1002"), (Part::Look, BO)),
    call("DELETE member", ("DELETE", "/settings/teams/2026-09/*/members/1002"), (Part::Write, BO)),
    call("POST member", ("POST", "/settings/teams/2026-09/*/members"), (Part::Write, BO)),
    call("GET new member", ("GET", "/settings/users/2026-09/1002"), (Part::Confirm, BO)).nth(3),
    call("POST read profiles", ("POST", "/crm/objects/2026-03/users/batch/read"), (Part::Look, ED))
        .with(&[CY]),
    call("POST write profiles", ("POST", "/crm/objects/2026-03/users/batch/update"), (Part::Write, ED))
        .with(&[CY]),
    call("POST find record", ("POST", "/crm/objects/2026-03/users/batch/read"), (Part::Look, CY)).nth(2),
    call("POST write record", ("POST", "/crm/objects/2026-03/users/batch/update"), (Part::Write, CY)).nth(2),
    call("GET SCIM person", ("GET", "/scim/v2/Users/1005"), (Part::Look, ELI)),
    call("PATCH deactivate", ("PATCH", "/scim/v2/Users/1005"), (Part::Write, ELI)),
    call("PUT deactivate", ("PUT", "/scim/v2/Users/1005"), (Part::Write, ELI)).on(Stage::WithoutPatch),
    call("GET SCIM former", ("GET", "/scim/v2/Users/1006"), (Part::Look, FAY)),
    call("PATCH reactivate", ("PATCH", "/scim/v2/Users/1006"), (Part::Write, FAY)),
];
