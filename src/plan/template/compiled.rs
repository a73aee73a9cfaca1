//! A template that compiles, and its rendering.

use std::path::{Path, PathBuf};

use handlebars::{Handlebars, RenderError, RenderErrorReason, TemplateErrorReason, no_escape};
use serde_json::Value;

use super::{
    capped::Capped, error::TemplateError, helpers, place::Place, scope::Scope, structure, variables,
};
use crate::{
    cluster::{config::ConfigFile, mode::OptionNames},
    plan::model::TemplateFile,
    source::Source,
};

/// The one template of its registry.
const NAME: &str = "template";

/// A compiled template.
#[derive(Clone, Debug)]
pub struct Template {
    path: PathBuf,
    handlebars: Handlebars<'static>,
}

impl Template {
    /// Compiles a template and checks what needs no variables: its syntax, its helpers, and that it
    /// includes nothing.
    pub fn compile(file: &TemplateFile) -> Result<Self, Vec<TemplateError>> {
        let template = handlebars::Template::compile_with_name(&file.text, NAME.to_owned())
            .map_err(|error| {
                let place = error.pos().map(|(line, column)| Place { line, column });
                let unclosed = || unclosed(file, place?);
                vec![unclosed().unwrap_or_else(|| syntax(&file.path, place, error.reason()))]
            })?;
        let problems = structure::problems(&template, &file.path);
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        handlebars.register_escape_fn(no_escape);
        helpers::register(&mut handlebars);
        handlebars.register_template(NAME, template);
        Ok(Self { path: file.path.clone(), handlebars })
    }

    /// Every path in the template that `known` (see [`Scope::known`]) has no value for.
    #[must_use]
    pub fn check_variables(&self, known: &Value) -> Vec<TemplateError> {
        let template = self.handlebars.get_template(NAME);
        template.map(|it| variables::problems(it, known, &self.path)).unwrap_or_default()
    }

    /// Whether what it renders depends on the file in place.
    #[must_use]
    pub fn asks_for_current(&self) -> bool {
        let template = self.handlebars.get_template(NAME);
        template.is_some_and(|it| variables::asks_for_current(it, &self.path))
    }

    /// Renders the template for a host and a mode.
    ///
    /// A file with a `net.ssl` section needs the mode in that spelling, and only the result shows
    /// which section there is: such a template is rendered a second time.
    pub fn render(&self, scope: &Scope<'_>) -> Result<String, TemplateError> {
        if let Some(name) = scope.vars.keys().find(|name| Scope::is_reserved(name)) {
            let message = format!("the plan's variable `{name}` has a name of the template's own");
            return Err(TemplateError::new(&self.path, None, message)
                .help(Some("give the variable another name".to_owned())));
        }
        let text = self.pass(scope, OptionNames::Tls)?;
        match ConfigFile::parse(&text).map(|file| file.tls().option_names) {
            Ok(Some(OptionNames::Ssl)) => self.pass(scope, OptionNames::Ssl),
            _ => Ok(text),
        }
    }

    fn pass(&self, scope: &Scope<'_>, spelling: OptionNames) -> Result<String, TemplateError> {
        let mut out = Capped::new(ConfigFile::MAX_BYTES);
        self.handlebars
            .render_to_write(NAME, &scope.data(spelling), &mut out)
            .map_err(|error| self.problem(&error))?;
        String::from_utf8(out.into_bytes()).map_err(|_| {
            TemplateError::new(&self.path, None, "it renders text that is not UTF-8".to_owned())
        })
    }

    fn problem(&self, error: &RenderError) -> TemplateError {
        let place = match (error.line_no, error.column_no) {
            (Some(line), Some(column)) => Some(Place { line, column }),
            _ => None,
        };
        let problem = |message| TemplateError::new(&self.path, place, message);
        match error.reason() {
            RenderErrorReason::MissingVariable(Some(name)) => {
                problem(format!("`{name}` has no value"))
                    .help(Some(format!("give it one, or write `{{{{#if {name}}}}}` around it")))
            }
            RenderErrorReason::MissingVariable(None) => problem("a value is missing".to_owned()),
            RenderErrorReason::IOError(error) => problem(error.to_string()),
            reason => problem(first_line(&reason.to_string())),
        }
    }
}

fn syntax(path: &Path, place: Option<Place>, reason: &TemplateErrorReason) -> TemplateError {
    match reason {
        TemplateErrorReason::MismatchingClosedHelper(opened, closed)
        | TemplateErrorReason::MismatchingClosedDecorator(opened, closed) => {
            let message = format!("`{{{{#{opened}}}}}` is closed by `{{{{/{closed}}}}}`");
            TemplateError::new(path, place, message)
        }
        reason => {
            let message = "here is no handlebars expression".to_owned();
            let help = format!("the parser says: {}", first_line(&reason.to_string()));
            TemplateError::new(path, place, message).help(Some(help))
        }
    }
}

/// The block that is still open where a template ends, if that is where the parser gave up: it
/// would only list what else could stand there.
fn unclosed(file: &TemplateFile, gave_up: Place) -> Option<TemplateError> {
    let source = Source::new(file.path.as_path(), file.text.as_str());
    let rest = file.text.get(source.offset(gave_up.line, gave_up.column)..)?;
    if !rest.trim().is_empty() {
        return None;
    }
    let mut open = Vec::new();
    for (at, _) in file.text.match_indices("{{") {
        match file.text.get(at + 2..)?.trim_start_matches('~').chars().next() {
            Some('#') => open.push(at),
            Some('/') => _ = open.pop(),
            _ => {}
        }
    }
    let start = open.pop()?;
    let name = file.text.get(start..)?.trim_start_matches(['{', '~', '#']);
    let name = name.split(|char: char| char.is_whitespace() || char == '}').next()?;
    let (line, column) = source.position(start);
    let message = format!("`{{{{#{name}}}}}` is not closed");
    let help = format!("write `{{{{/{name}}}}}` where it ends");
    let place = Place { line, column };
    Some(TemplateError::new(&file.path, Some(place), message).help(Some(help)))
}

fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.trim_end_matches('.').to_owned()
}
