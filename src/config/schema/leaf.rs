//! The values that have no keys, as an editor can check them.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::config::profile::{AVAILABILITY, LANGUAGES};
use crate::expression::MAX_LENGTH;

macro_rules! leaf {
    ($(#[$meta:meta])* $name:ident, $schema:expr) => {
        $(#[$meta])*
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

leaf!(
    /// A number that was not put in quotes is the text it is written as.
    Text,
    json_schema!({ "type": ["string", "number"], "pattern": "\\S" })
);
leaf!(
    /// `true` is an expression, too.
    Condition,
    json_schema!({ "type": ["string", "boolean"], "pattern": "\\S", "maxLength": MAX_LENGTH })
);
leaf!(
    Address,
    json_schema!({ "type": "string", "format": "email", "pattern": "^\\s*[^\\s@]+@[^\\s@]+\\.[^\\s@]+\\s*$" })
);
leaf!(Pattern, json_schema!({ "type": "string", "pattern": "^[^\\s@]+@[^\\s@]+$" }));
leaf!(Id, json_schema!({ "type": ["string", "integer"], "pattern": "^[0-9]+$", "minimum": 0 }));
leaf!(Day, json_schema!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }));
leaf!(
    Moment,
    json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2})?$" })
);
leaf!(LanguageTag, json_schema!({ "type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$" }));
leaf!(Skill, json_schema!({ "type": "string", "enum": LANGUAGES }));
leaf!(Availability, json_schema!({ "type": "string", "enum": AVAILABILITY }));
leaf!(Version, json_schema!({ "const": 1 }));
leaf!(True, json_schema!({ "const": true }));
leaf!(Positive, json_schema!({ "type": "integer", "minimum": 1 }));
leaf!(Percentage, json_schema!({ "type": "integer", "minimum": 0, "maximum": 100 }));
leaf!(
    Hours,
    json_schema!({
        "type": "object",
        "minProperties": 1,
        "additionalProperties": false,
        "patternProperties": {
            "^((mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?|every-day)$": {
                "description": "\"HH:MM-HH:MM\", a list of them, or null for closed; 24:00 is the end of a day",
                "anyOf": [
                    { "type": "string", "pattern": SPAN },
                    { "type": "array", "items": { "type": "string", "pattern": SPAN } },
                    { "type": "null" },
                ],
            },
        },
    })
);

const SPAN: &str = "^\\s*[0-9]{2}:[0-9]{2}\\s*-\\s*[0-9]{2}:[0-9]{2}\\s*$";
