//! The journal of a run: whatever happens to it, nobody is told that something was done that was not.

// The attribute is for clippy, which lets only tests unwrap.
#[cfg(test)]
mod crashes;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod history;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod mounted;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod version1;
