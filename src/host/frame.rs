//! Finds a script's own words in what a login prints.
//!
//! A login shell may greet, warn and draw pictures before the script begins, and a trap may talk
//! after it ended. Only what stands between `NONCE-BEGIN` and `NONCE-END` is the script's, and the
//! nonce is new for each call.

/// The body of a reply as it arrives.
#[derive(Debug)]
pub(crate) struct Frame {
    begin: Vec<u8>,
    end: Vec<u8>,
    cap: usize,
    stage: Stage,
    body: Vec<u8>,
    overflow: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Before,
    Inside,
}

/// What a finished frame holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Framed {
    /// The script said everything it had to say.
    Whole(Vec<u8>),
    /// More came than the call allows.
    TooMuch,
    /// The end marker never came.
    Unfinished,
}

impl Frame {
    pub(crate) fn new(nonce: &str, cap: usize) -> Self {
        Self {
            begin: format!("{nonce}-BEGIN\n").into_bytes(),
            end: format!("\n{nonce}-END\n").into_bytes(),
            cap,
            stage: Stage::Before,
            body: Vec::new(),
            overflow: false,
        }
    }

    /// Whether the script has begun: nothing before that is its own.
    pub(crate) fn has_begun(&self) -> bool {
        self.stage == Stage::Inside
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.overflow {
            return;
        }
        self.body.extend_from_slice(bytes);
        if self.stage == Stage::Before {
            self.look_for_begin();
        }
        self.overflow = self.body.len() > self.cap.saturating_add(self.end.len());
    }

    fn look_for_begin(&mut self) {
        if let Some(at) = find(&self.body, &self.begin) {
            self.body.drain(..at + self.begin.len());
            self.stage = Stage::Inside;
        } else {
            // Noise is dropped as it comes; the marker may be cut in two by a chunk's border.
            let noise = self.body.len().saturating_sub(self.begin.len());
            self.body.drain(..noise);
        }
    }

    pub(crate) fn finish(mut self) -> Framed {
        match find(&self.body, &self.end) {
            Some(at) if self.has_begun() => {
                self.body.truncate(at);
                Framed::Whole(self.body)
            }
            _ if self.overflow => Framed::TooMuch,
            _ => Framed::Unfinished,
        }
    }
}

/// Where `needle` begins in `hay`.
pub(crate) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn framed(pieces: &[&[u8]], cap: usize) -> Framed {
        let mut frame = Frame::new("n1", cap);
        for piece in pieces {
            frame.push(piece);
        }
        frame.finish()
    }

    #[test]
    fn noise_on_either_side_is_not_the_scripts() {
        let framed =
            framed(&[b"Welcome!\nn0-BEGIN\nforged\nn0-END\nn1-BEGIN\nyes\n\nn1-END\nbye"], 99);
        assert_eq!(framed, Framed::Whole(b"yes\n".to_vec()));
    }

    #[test]
    fn what_is_cut_off_is_unfinished() {
        assert_eq!(framed(&[b"n1-BEGIN\nyes\n"], 99), Framed::Unfinished);
        assert_eq!(framed(&[b"\nn1-END\n"], 99), Framed::Unfinished);
    }

    #[test]
    fn too_much_is_not_kept() {
        assert_eq!(framed(&[b"n1-BEGIN\n", &[b'x'; 200], b"\nn1-END\n"], 99), Framed::TooMuch);
        assert_eq!(
            framed(&[&[b'x'; 5000], b"n1-BEGIN\nok\nn1-END\n"], 99),
            Framed::Whole(b"ok".to_vec())
        );
    }

    proptest! {
        #[test]
        fn chunk_borders_do_not_matter(cuts in proptest::collection::vec(0usize..60, 0..6)) {
            let all = b"noise n1-BEGIN\nthe body\nof two lines\nn1-END\nnoise";
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(all.len())).collect();
            cuts.sort_unstable();
            let mut frame = Frame::new("n1", 1000);
            let mut from = 0;
            for cut in cuts.into_iter().chain([all.len()]) {
                frame.push(&all[from..cut]);
                from = cut;
            }
            prop_assert_eq!(frame.finish(), Framed::Whole(b"the body\nof two lines".to_vec()));
        }
    }
}
