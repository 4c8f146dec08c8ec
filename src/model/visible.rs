//! Which characters of a text from outside do something instead of being seen, and how they are shown.
//!
//! Deliberately absent: markup. What Markdown, HTML or the log of a CI system make of a text is `render`'s question.

/// Whether a terminal obeys the character, or shows nothing, or shows what stands around it in another order.
pub fn is_hidden(character: char) -> bool {
    character.is_control() || is_invisible(character)
}

/// Separators of lines, marks of direction, and what Unicode calls default ignorable. Joiners that some languages
/// need are among them: two names that differ in nothing visible must not look the same in a plan.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// The text with nothing hidden in it: control characters as their control pictures (`␛` for ESC), everything else
/// as `\u{202e}`. Done twice it is the same.
pub fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\0'..='\u{1f}' => visible.push(control_picture(character)),
            '\u{7f}' => visible.push('␡'),
            _ if is_hidden(character) => visible.extend(character.escape_unicode()),
            _ => visible.push(character),
        }
    }
    visible
}

/// The control pictures stand in the order of the control characters, from U+2400 on.
fn control_picture(character: char) -> char {
    char::from_u32(0x2400 + u32::from(character)).expect("U+2400 to U+241F are assigned")
}

/// JSON that says the same and can be shown by a terminal: what is hidden stands as `\u202e`. The line breaks and
/// spaces that lay the JSON out stay; within its texts there are none.
pub fn visible_json(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for character in json.chars() {
        if !character.is_ascii_whitespace() && is_hidden(character) {
            let mut units = [0; 2];
            visible.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            visible.push(character);
        }
    }
    visible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_become_visible() {
        assert_eq!(visible("a\u{1b}[31mb\r\n\tc\u{7f}\0"), "a␛[31mb␍␊␉c␡␀");
        assert_eq!(visible("\u{9b}2J"), "\\u{9b}2J");
    }

    #[test]
    fn direction_and_width_cannot_be_played_with() {
        assert_eq!(visible("moc.\u{202e}elpmaxe"), "moc.\\u{202e}elpmaxe");
        assert_eq!(visible("a\u{200b}b\u{feff}c\u{2066}d"), "a\\u{200b}b\\u{feff}c\\u{2066}d");
        assert_eq!(visible("tag\u{e0041}"), "tag\\u{e0041}");
    }

    #[test]
    fn names_of_all_languages_stay_as_they_are() {
        for name in ["Zoë Müller", "Łukasz", "José Núñez", "山田太郎", "Ольга", "محمد", "e\u{301}"]
        {
            assert_eq!(visible(name), name);
        }
    }

    #[test]
    fn what_is_visible_stays_as_it_is() {
        let hostile = "a\u{1b}]8;;https://example.com\u{7}b\u{9d}c\u{2067}d\u{2069}";
        assert_eq!(visible(&visible(hostile)), visible(hostile));
        assert!(!visible(hostile).contains(is_hidden));
    }

    #[test]
    fn json_says_the_same_without_anything_hidden() {
        let said = serde_json::json!({ "\u{9b}": ["\u{202e}a\u{e0041}", "\u{7f}\u{1b}[31m\n", "é 山"] });
        let json = serde_json::to_string_pretty(&said).expect("JSON");
        let shown = visible_json(&json);
        assert!(shown.contains("\\u202ea\\udb40\\udc41") && shown.contains("é 山"), "{shown}");
        assert!(!shown.contains(|character| character != '\n' && is_hidden(character)), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), said);
    }
}
