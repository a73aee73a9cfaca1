//! Finds every path of a template that has no value, without rendering it.
//!
//! Rendering is not enough: strict mode refuses `{{misspelt}}` but takes `{{#if misspelt}}` for
//! false, and a TLS section is lost without a word. The walk follows `#each` and `#with` as far as
//! their values are known, and keeps silent about what cannot be known.

use std::{collections::BTreeSet, path::Path as FilePath};

use handlebars::{
    Path, PathSeg,
    template::{BlockParam, HelperTemplate, Parameter, Template, TemplateElement},
};
use serde_json::Value;

use super::{error::TemplateError, helpers::HELPERS, place::Place};
use crate::plan::message::nearest;

pub(super) fn problems(template: &Template, known: &Value, path: &FilePath) -> Vec<TemplateError> {
    Walk::over(template, Some(vec![known]), path).problems
}

/// Whether a template asks for the file in place, which is not known before there is a connection.
pub(super) fn asks_for_current(template: &Template, path: &FilePath) -> bool {
    Walk::over(template, None, path).asks_for_current
}

/// The values that something may have; `None` when that is not known.
type Seen<'v> = Option<Vec<&'v Value>>;

/// The name of the file in place.
const CURRENT: &str = "current";

/// Stands for the index or key that `#each` gives out: a value with nothing beneath it.
static KEY: Value = Value::Null;

/// What a block puts in the place of `this`, and the names it gives out by `as |name|`.
#[derive(Clone)]
struct Frame<'v> {
    this: Seen<'v>,
    params: Vec<(String, Seen<'v>)>,
}

/// A path without a value: its first part that is missing, and what there is instead.
struct Missing {
    before: String,
    part: String,
    after: String,
    instead: BTreeSet<String>,
}

struct Walk<'v, 'p> {
    path: &'p FilePath,
    frames: Vec<Frame<'v>>,
    problems: Vec<TemplateError>,
    asks_for_current: bool,
}

impl<'v, 'p> Walk<'v, 'p> {
    fn over(template: &Template, known: Seen<'v>, path: &'p FilePath) -> Self {
        let top = Frame { this: known, params: Vec::new() };
        let mut walk =
            Self { path, frames: vec![top], problems: Vec::new(), asks_for_current: false };
        walk.template(template, Place::START);
        walk
    }

    fn template(&mut self, template: &Template, around: Place) {
        for (number, element) in template.elements.iter().enumerate() {
            let place = Place::of(template, number, around);
            match element {
                TemplateElement::Expression(it) | TemplateElement::HtmlExpression(it) => {
                    self.expression(it, place);
                }
                TemplateElement::HelperBlock(block) => self.block(block, place),
                _ => {}
            }
        }
    }

    /// `{{name}}`, `{{helper a b=c}}`, or the same in brackets.
    fn expression(&mut self, it: &HelperTemplate, place: Place) {
        let lone = it.params.is_empty() && it.hash.is_empty();
        if lone && !it.name.as_name().is_some_and(|name| HELPERS.contains(&name)) {
            self.parameter(&it.name, place);
        }
        self.parameters(it, place);
    }

    fn parameters(&mut self, it: &HelperTemplate, place: Place) {
        for parameter in it.params.iter().chain(it.hash.values()) {
            self.parameter(parameter, place);
        }
    }

    fn parameter(&mut self, parameter: &Parameter, place: Place) {
        match parameter {
            Parameter::Path(path) => {
                self.asks_for_current |= names_current(path);
                if let Err(missing) = self.look_up(path) {
                    self.report(path, &missing, place);
                }
            }
            // `{{lookup @root "current"}}`.
            Parameter::Literal(literal) => self.asks_for_current |= literal == CURRENT,
            Parameter::Subexpression(inner) => {
                if let TemplateElement::Expression(inner) = inner.as_element() {
                    self.parameters(inner, place);
                }
            }
            // Names of helpers.
            _ => {}
        }
    }

    fn block(&mut self, block: &HelperTemplate, place: Place) {
        self.parameters(block, place);
        let frame = self.frame(block);
        let pushed = frame.is_some();
        self.frames.extend(frame);
        if let Some(inner) = &block.template {
            self.template(inner, place);
        }
        if pushed {
            self.frames.pop();
        }
        if let Some(otherwise) = &block.inverse {
            self.template(otherwise, place);
        }
    }

    /// What `this` is within a block, where it is something else than around it.
    fn frame(&self, block: &HelperTemplate) -> Option<Frame<'v>> {
        let name = block.name.as_name()?;
        let over = match block.params.first() {
            Some(Parameter::Path(path)) => self.look_up(path).ok().flatten(),
            _ => None,
        };
        let this = match name {
            "each" => over.map(|values| values.into_iter().flat_map(items).collect()),
            "with" => over,
            _ => return None,
        };
        // A list that is empty here may be filled elsewhere.
        let this = this.filter(|values: &Vec<&Value>| !values.is_empty());
        let params = match &block.block_param {
            Some(BlockParam::Single(value)) => vec![(named(value), this.clone())],
            Some(BlockParam::Pair((value, key))) => {
                vec![(named(value), this.clone()), (named(key), Some(vec![&KEY]))]
            }
            _ => Vec::new(),
        };
        Some(Frame { this, params })
    }

    fn look_up(&self, path: &Path) -> Result<Seen<'v>, Missing> {
        // `@index`, `@key` and their like are handlebars' own.
        let Path::Relative((segments, raw)) = path else { return Ok(None) };
        let names: Vec<&str> = segments
            .iter()
            .filter_map(|segment| match segment {
                PathSeg::Named(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        if raw.starts_with("@root") {
            return follow(self.frames.first().and_then(|top| top.this.clone()), "", &names);
        }
        let up = segments.len() - names.len();
        let param = names.first().and_then(|first| {
            let params = self.frames.iter().rev().flat_map(|frame| &frame.params);
            params.clone().find(|(name, _)| name == first)
        });
        if let (Some((name, seen)), Some((_, rest))) = (param, names.split_first()) {
            return follow(seen.clone(), &format!("{name}."), rest);
        }
        // Above the top there is nothing, and handlebars then stays where it is.
        let frame = self.frames.iter().rev().nth(up).or_else(|| self.frames.last());
        follow(frame.and_then(|frame| frame.this.clone()), &"../".repeat(up), &names)
    }

    fn report(&mut self, path: &Path, missing: &Missing, place: Place) {
        let Path::Relative((_, raw)) = path else { return };
        let Missing { before, part, after, instead } = missing;
        let help = nearest(part, instead.iter().map(String::as_str))
            .map(|name| {
                let dot = if after.is_empty() { "" } else { "." };
                format!("did you mean `{before}{name}{dot}{after}`?")
            })
            .or_else(|| {
                let names = instead.iter().map(|name| format!("`{before}{name}`"));
                let names: Vec<String> = names.collect();
                (!names.is_empty()).then(|| format!("there is {}", names.join(", ")))
            });
        let message = format!("`{raw}` has no value");
        self.problems.push(TemplateError::new(self.path, Some(place), message).help(help));
    }
}

fn names_current(path: &Path) -> bool {
    let current = |segment: &PathSeg| matches!(segment, PathSeg::Named(name) if name == CURRENT);
    matches!(path, Path::Relative((segments, _)) if segments.iter().any(current))
}

/// What `#each` goes over.
fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(entries) => entries.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Follows names from some values on. Of several values, one with the path is enough: a block
/// over a list may well ask each item whether it has something.
fn follow<'v>(mut seen: Seen<'v>, start: &str, names: &[&str]) -> Result<Seen<'v>, Missing> {
    let mut before = start.to_owned();
    for (depth, name) in names.iter().enumerate() {
        // The file in place is not known before there is a connection, and then it may lack
        // anything that a template asks for.
        if depth == 0 && *name == CURRENT && !start.ends_with('.') {
            return Ok(None);
        }
        let Some(values) = seen else { return Ok(None) };
        let next: Vec<&Value> = values.iter().filter_map(|value| step(value, name)).collect();
        if next.is_empty() {
            let instead = values.iter().filter_map(|value| value.as_object());
            let instead: BTreeSet<String> =
                instead.flat_map(|entries| entries.keys().cloned()).collect();
            let after = names.get(depth + 1..).unwrap_or_default();
            let part = (*name).to_owned();
            return Err(Missing { before, part, after: after.join("."), instead });
        }
        before = format!("{before}{name}.");
        seen = Some(next);
    }
    Ok(seen)
}

fn step<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    match value {
        Value::Object(entries) => entries.get(name),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

fn named(parameter: &Parameter) -> String {
    parameter.as_name().unwrap_or_default().to_owned()
}
