//! What is wrong with a template whatever its variables are: helpers that do not exist, and
//! inclusions, which could recurse without end and which a single file has no use for.

use std::path::Path;

use handlebars::template::{HelperTemplate, Parameter, Template, TemplateElement};

use super::{error::TemplateError, helpers::HELPERS, place::Place};
use crate::plan::message::did_you_mean;

pub(super) fn problems(template: &Template, path: &Path) -> Vec<TemplateError> {
    let mut check = Check { path, problems: Vec::new() };
    check.template(template, Place::START);
    check.problems
}

struct Check<'a> {
    path: &'a Path,
    problems: Vec<TemplateError>,
}

impl Check<'_> {
    fn template(&mut self, template: &Template, around: Place) {
        for (number, element) in template.elements.iter().enumerate() {
            self.element(element, Place::of(template, number, around));
        }
    }

    fn element(&mut self, element: &TemplateElement, place: Place) {
        match element {
            TemplateElement::Expression(helper) | TemplateElement::HtmlExpression(helper) => {
                // A lone name is a variable.
                if !(helper.params.is_empty() && helper.hash.is_empty()) {
                    self.helper(&helper.name, place);
                }
                self.parameters(helper, place);
            }
            TemplateElement::HelperBlock(helper) => {
                self.helper(&helper.name, place);
                self.parameters(helper, place);
                for inner in [&helper.template, &helper.inverse].into_iter().flatten() {
                    self.template(inner, place);
                }
            }
            TemplateElement::PartialExpression(_)
            | TemplateElement::PartialBlock(_)
            | TemplateElement::DecoratorExpression(_)
            | TemplateElement::DecoratorBlock(_) => {
                let message = "partials and decorators are not available here".to_owned();
                let help = "a template is one file: write the text out".to_owned();
                let problem = TemplateError::new(self.path, Some(place), message);
                self.problems.push(problem.help(Some(help)));
            }
            // Text and comments.
            _ => {}
        }
    }

    fn parameters(&mut self, helper: &HelperTemplate, place: Place) {
        for parameter in helper.params.iter().chain(helper.hash.values()) {
            if let Parameter::Subexpression(inner) = parameter
                && let TemplateElement::Expression(inner) = inner.as_element()
            {
                self.helper(&inner.name, place);
                self.parameters(inner, place);
            }
        }
    }

    fn helper(&mut self, name: &Parameter, place: Place) {
        let name = name.as_name().unwrap_or_default();
        if !HELPERS.contains(&name) {
            let message = format!("there is no helper `{name}`");
            let help = did_you_mean(name, HELPERS)
                .unwrap_or_else(|| format!("the helpers are {}", HELPERS.join(", ")));
            self.problems
                .push(TemplateError::new(self.path, Some(place), message).help(Some(help)));
        }
    }
}
