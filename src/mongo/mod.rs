//! The database: one command on one member, two ways behind one trait.

pub mod database;
