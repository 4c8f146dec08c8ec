//! Text from the portal and the files made harmless for each kind of output.
//!
//! Deliberately absent: decisions about what is shown. What comes in comes out, visible and without effect.

/// For a terminal or a log: characters that would move the cursor, colour, reorder or vanish become visible.
///
/// Control characters are shown as their control pictures (`␛` for ESC), everything else that has no width of
/// its own or changes the direction of writing as `\u{202e}`. Joiners that some languages need are shown too:
/// two names that differ in nothing visible must not look the same in a plan.
pub fn terminal(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\0'..='\u{1f}' => harmless.push(control_picture(character)),
            '\u{7f}' => harmless.push('␡'),
            _ if is_invisible(character) => harmless.extend(character.escape_unicode()),
            _ => harmless.push(character),
        }
    }
    harmless
}

/// The control pictures stand in the order of the control characters, from U+2400 on.
fn control_picture(character: char) -> char {
    char::from_u32(0x2400 + u32::from(character)).expect("U+2400 to U+241F are assigned")
}

/// C1 controls, separators of lines, marks of direction, and what Unicode calls default ignorable.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{80}'..='\u{9f}'
            | '\u{ad}'
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_become_visible() {
        assert_eq!(terminal("a\u{1b}[31mb\r\n\tc\u{7f}\0"), "a␛[31mb␍␊␉c␡␀");
        assert_eq!(terminal("\u{9b}2J"), "\\u{9b}2J");
    }

    #[test]
    fn direction_and_width_cannot_be_played_with() {
        assert_eq!(terminal("moc.\u{202e}elpmaxe"), "moc.\\u{202e}elpmaxe");
        assert_eq!(terminal("a\u{200b}b\u{feff}c\u{2066}d"), "a\\u{200b}b\\u{feff}c\\u{2066}d");
        assert_eq!(terminal("tag\u{e0041}"), "tag\\u{e0041}");
    }

    #[test]
    fn names_of_all_languages_stay_as_they_are() {
        for name in ["Zoë Müller", "Łukasz", "José Núñez", "山田太郎", "Ольга", "محمد", "e\u{301}"]
        {
            assert_eq!(terminal(name), name);
        }
    }
}
