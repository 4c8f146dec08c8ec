//! A file in `roles/` → what somebody with this role may do, and how HubSpot gives it.

use super::decode::{list_setting, optional};
use super::fields::Shape;
use super::reading::{Reading, quote};
use super::tree::{Kind, Node, Reader, Spot, Stopped};
use super::{Access, PermissionGrant, Privilege, Role};
use crate::model::Place;

pub(super) const ROLE: Shape =
    Shape::new("a role", &["name", "description", "privilege", "access", "seats", "permissions"]);

pub(super) const ACCESS: Shape =
    Shape::new("`access`", &["permission_set", "template", "scratch", "super_admin"]);

const ACCESS_HELP: &str = "write one of `{ permission_set: NAME }`, `{ template: NAME }`, `{ scratch: true }` and `{ super_admin: true }`";

const PRIVILEGES: &[(&str, Privilege)] =
    &[("standard", Privilege::Standard), ("elevated", Privilege::Elevated), ("admin", Privilege::Admin)];

/// A role has a handful of values, and its permissions are as many as HubSpot's grid has lines.
const MAX_NODES: u64 = 100_000;

/// `None` where the file has errors; `reading` has them.
pub(super) fn role(reading: &mut Reading, text: &str) -> Option<Role> {
    let node = root(reading, text).ok()??;
    let fields = reading.fields(&node, ROLE)?;
    let name = match fields.get("name") {
        Some(node) => reading.text(node, "`name`").map(str::to_owned),
        None => {
            reading.missing(&node, "a role has no `name`", "write `name:` with the name that people read");
            None
        }
    };
    let description = optional(reading, fields.get("description"), |reading, node| {
        paragraph(reading, node, "`description`")
    });
    let privilege = fields.get("privilege").and_then(|node| reading.choice(node, "`privilege`", PRIVILEGES));
    let seats = list_setting(reading, fields.get("seats"), "`seats`", Reading::names);
    let permissions = fields.get("permissions").and_then(|node| permissions(reading, node));
    let access = match fields.get("access") {
        Some(node) => access(reading, node),
        None => {
            reading.missing(&node, "a role has no `access`", ACCESS_HELP);
            None
        }
    };
    let (access, access_place) = access?;
    Some(Role {
        place: reading.place(fields.get("name").map_or(node.spot, |name| name.spot)),
        name: name?,
        description,
        privilege: privilege.unwrap_or(Privilege::Standard),
        access,
        access_place,
        seats,
        permissions: permissions.unwrap_or_default(),
    })
}

fn root<'t>(reading: &mut Reading, text: &'t str) -> Result<Option<Node<'t>>, Stopped> {
    let mut reader = Reader::new(text, MAX_NODES);
    let Some(first) = reader.begin(reading)? else {
        reading
            .error("empty-file", Spot::at(1, 0), "the file is empty")
            .set_help("write at least `name:` and `access:`, or delete the file");
        return Ok(None);
    };
    let node = reader.node(first, reading)?;
    reader.finish(reading)?;
    Ok(Some(node))
}

/// Text that may have several lines.
fn paragraph(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<String> {
    match node.kind() {
        Kind::Quoted(text) if text.contains('\n') => {
            let lines = text.trim_end().replace('\n', " ");
            if lines.chars().any(char::is_control) {
                reading
                    .error("control-character", node.spot, format!("{what} holds a control character"))
                    .set_help("write it without escapes such as `\\e`");
                return None;
            }
            Some(lines)
        }
        _ => reading.text(node, what).map(str::to_owned),
    }
}

/// With the place of what the one key says.
fn access(reading: &mut Reading, node: &Node<'_>) -> Option<(Access, Place)> {
    if !matches!(node.kind(), Kind::Map(_) | Kind::Broken) {
        reading.error("wrong-type", node.spot, "`access` must be a map with one key").set_help(ACCESS_HELP);
        return None;
    }
    let fields = reading.fields(node, ACCESS)?;
    // What is written there has been found unknown.
    if fields.iter().next().is_none() && !matches!(node.kind(), Kind::Map(entries) if entries.is_empty()) {
        return None;
    }
    let mut kinds = fields.iter();
    let (Some((kind, _, value)), None) = (kinds.next(), kinds.next()) else {
        reading
            .error("one-access", node.spot, "`access` must have exactly one of its four keys")
            .set_help(ACCESS_HELP);
        return None;
    };
    let access = match kind {
        "permission_set" => {
            reading.text(value, "`permission_set`").map(|name| Access::PermissionSet(name.into()))
        }
        "template" => reading.text(value, "`template`").map(|name| Access::Template(name.to_owned())),
        "scratch" => only_true(reading, value, "`scratch`").map(|()| Access::Scratch),
        _ => only_true(reading, value, "`super_admin`").map(|()| Access::SuperAdmin),
    };
    Some((access?, reading.place(value.spot)))
}

fn only_true(reading: &mut Reading, node: &Node<'_>, what: &str) -> Option<()> {
    if reading.boolean(node, what)? {
        return Some(());
    }
    reading
        .error("unknown-value", node.spot, format!("{what} can only be `true`"))
        .set_help("name the access that is meant instead; leaving people without this one needs no word");
    None
}

fn permissions(reading: &mut Reading, node: &Node<'_>) -> Option<Vec<(String, PermissionGrant)>> {
    let fields = reading.any_fields(node, "`permissions`")?;
    let mut permissions = Vec::new();
    for (name, key, value) in fields.iter() {
        if is_named(reading, name, key)
            && let Some(grant) = grant(reading, value, name)
        {
            permissions.push((name.to_owned(), grant));
        }
    }
    Some(permissions)
}

fn is_named(reading: &mut Reading, name: &str, key: &Node<'_>) -> bool {
    let is_named = !name.trim().is_empty() && !name.chars().any(char::is_control);
    if !is_named {
        reading
            .error("empty-value", key.spot, "a permission without a name that can be read")
            .set_help("write it as HubSpot's own grid does");
    }
    is_named
}

fn grant(reading: &mut Reading, node: &Node<'_>, name: &str) -> Option<PermissionGrant> {
    let what = quote(name);
    match node.kind() {
        Kind::Map(_) => {
            let fields = reading.any_fields(node, &what)?;
            let mut reaches = Vec::new();
            for (verb, key, value) in fields.iter() {
                if !is_named(reading, verb, key) {
                    continue;
                }
                let what = format!("`{verb}` of {what}");
                if let Some(reach) = reading.text(value, &what) {
                    reaches.push((verb.to_owned(), reach.to_owned()));
                }
            }
            Some(PermissionGrant::Reach(reaches))
        }
        Kind::Plain(text)
            if matches!(text.as_ref(), "true" | "True" | "TRUE" | "false" | "False" | "FALSE") =>
        {
            reading.boolean(node, &what).map(PermissionGrant::Switch)
        }
        Kind::Plain(_) | Kind::Quoted(_) => {
            reading.text(node, &what).map(|level| PermissionGrant::Level(level.to_owned()))
        }
        _ => {
            reading.wrong_type(
                node,
                &what,
                "`true`, `false`, a level, or a map as `{ view: team, edit: own }`",
            );
            None
        }
    }
}

/// Lower-case letters, digits and dashes.
pub(super) fn is_role_key(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(allowed) && !text.starts_with('-') && !text.ends_with('-')
}

/// What a role file's name would be as a key.
pub(super) fn as_role_key(text: &str) -> String {
    let mut key = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            key.push(character);
        } else if !key.is_empty() && !key.ends_with('-') {
            key.push('-');
        }
    }
    key.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_becomes_a_key() {
        for (name, key) in
            [("Sales Rep", "sales-rep"), ("_SDR__2", "sdr-2"), ("été", "t"), ("-", ""), ("a.b", "a-b")]
        {
            assert_eq!(as_role_key(name), key);
            assert!(key.is_empty() || is_role_key(key));
            assert!(!is_role_key(name), "{name}");
        }
    }

    #[test]
    fn a_role_keeps_the_order_of_its_permissions() {
        let mut reading = Reading::new("roles/r.yaml".into());
        let text = "name: R\ndescription: |\n  Two\n  lines\naccess: { scratch: true }\n\
                    permissions: { tickets: { view: own, edit: none }, export: false, campaigns: edit }\n";
        let role = role(&mut reading, text).expect("a role");
        assert_eq!(role.description.as_deref(), Some("Two lines"));
        assert_eq!(role.privilege, Privilege::Standard);
        let reach = vec![("view".to_owned(), "own".to_owned()), ("edit".to_owned(), "none".to_owned())];
        assert_eq!(
            role.permissions,
            [
                ("tickets".to_owned(), PermissionGrant::Reach(reach)),
                ("export".to_owned(), PermissionGrant::Switch(false)),
                ("campaigns".to_owned(), PermissionGrant::Level("edit".to_owned())),
            ]
        );
    }
}
