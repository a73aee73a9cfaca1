//! Wildcards: `*` stands for any number of letters, `?` for one.

/// Whether the pattern matches the whole text. A letter is a byte for OpenSSH's patterns and a
/// character for names in a plan.
#[must_use]
pub fn matches<T: PartialEq + From<u8>>(mut pattern: &[T], mut text: &[T]) -> bool {
    let (star, any) = (T::from(b'*'), T::from(b'?'));
    // Where to go on when the last star has to take one letter more. Only the last star matters,
    // which bounds the time that a hostile pattern can take.
    let mut retry: Option<(&[T], &[T])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => return true,
            (Some((letter, rest)), _) if *letter == star => {
                retry = Some((rest, text));
                pattern = rest;
            }
            (Some((p, pattern_rest)), Some((t, text_rest))) if *p == any || p == t => {
                (pattern, text) = (pattern_rest, text_rest);
            }
            _ => match retry.and_then(|(after, from)| Some((after, from.split_first()?.1))) {
                Some((after, from)) => {
                    retry = Some((after, from));
                    (pattern, text) = (after, from);
                }
                None => return false,
            },
        }
    }
}
