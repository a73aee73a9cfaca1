//! Tables that stay readable on any width.
//!
//! A table that is too wide wraps its last column, then leaves out what may be left out (and says
//! so), and at last becomes one block per row. Nothing is cut off.

use anstyle::Style;
use console::measure_text_width;

use super::{clean, layout::Layout, line::Tone, palette::paint, wrap};

/// Between two columns.
const GAP: usize = 2;
/// A wrapped column is not made narrower than this.
const LEAST_WRAPPED: usize = 14;

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its title.
    pub title: &'static str,
    /// How badly it is needed.
    pub need: Need,
}

/// How badly a column is needed when there is little room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Always, in full.
    Always,
    /// Always, but it may be wrapped.
    Wraps,
    /// When there is room.
    WhenRoom,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// How it is to be taken.
    pub tone: Tone,
}

/// A table laid out.
pub(super) struct Rendered {
    /// The text with all its line feeds.
    pub text: String,
    /// The titles of the columns that were left out.
    pub left_out: Vec<&'static str>,
}

impl Cell {
    /// A cell.
    #[must_use]
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: clean::text(&text.into()).into_owned(), tone }
    }

    fn width(&self) -> usize {
        measure_text_width(&self.text)
    }
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row: one cell per column.
    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// Lays the table out.
    pub(super) fn render(&self, layout: &Layout) -> Rendered {
        let all: Vec<_> = (0..self.columns.len()).collect();
        let needed: Vec<_> =
            all.iter().copied().filter(|&at| self.need(at) != Need::WhenRoom).collect();
        for chosen in [all, needed] {
            if let Some(widths) = self.fit(&chosen, layout.columns()) {
                let text = self.lines(&chosen, &widths, layout);
                return Rendered { text, left_out: self.left_out(&chosen) };
            }
        }
        Rendered { text: self.blocks(layout), left_out: Vec::new() }
    }

    /// The widths of the chosen columns, if they can be had.
    fn fit(&self, chosen: &[usize], columns: Option<usize>) -> Option<Vec<usize>> {
        let mut widths: Vec<_> = chosen.iter().map(|&at| self.width(at)).collect();
        let total = widths.iter().sum::<usize>() + GAP * chosen.len().saturating_sub(1);
        let excess = total.saturating_sub(columns.unwrap_or(usize::MAX));
        if excess == 0 {
            return Some(widths);
        }
        let wrapped = chosen.iter().position(|&at| self.need(at) == Need::Wraps)?;
        let width = widths.get_mut(wrapped)?;
        *width = width.checked_sub(excess).filter(|&left| left >= LEAST_WRAPPED)?;
        Some(widths)
    }

    fn lines(&self, chosen: &[usize], widths: &[usize], layout: &Layout) -> String {
        let titles: Vec<_> =
            self.columns.iter().map(|column| Cell::new(Tone::Plain, column.title)).collect();
        let mut text = row_lines(&titles, chosen, widths, &|_| layout.palette.strong);
        for row in &self.rows {
            text.push_str(&row_lines(row, chosen, widths, &|tone| match tone {
                Tone::Plain => Style::new(),
                tone => layout.tone(tone),
            }));
        }
        text
    }

    /// One block per row, a line per column.
    fn blocks(&self, layout: &Layout) -> String {
        let indent = self.columns.iter().map(|column| column.title.len()).max().unwrap_or(0) + GAP;
        let mut text = String::new();
        for row in &self.rows {
            if !text.is_empty() {
                text.push('\n');
            }
            for (column, cell) in self.columns.iter().zip(row) {
                let title = format!("{:indent$}", column.title);
                text.push_str(&paint(layout.palette.strong, &title));
                text.push_str(&wrap::hang(&cell.text, indent, indent, layout.columns()));
                text.push('\n');
            }
        }
        text
    }

    fn need(&self, at: usize) -> Need {
        self.columns.get(at).map_or(Need::Always, |column| column.need)
    }

    fn width(&self, at: usize) -> usize {
        let title = self.columns.get(at).map_or(0, |column| column.title.len());
        let cells = self.rows.iter().filter_map(|row| row.get(at)).map(Cell::width);
        cells.max().unwrap_or(0).max(title)
    }

    fn left_out(&self, chosen: &[usize]) -> Vec<&'static str> {
        let columns = self.columns.iter().enumerate();
        columns.filter(|(at, _)| !chosen.contains(at)).map(|(_, column)| column.title).collect()
    }
}

/// One row; more lines where a cell is wrapped.
fn row_lines(
    row: &[Cell],
    chosen: &[usize],
    widths: &[usize],
    style: &dyn Fn(Tone) -> Style,
) -> String {
    let cells: Vec<_> = chosen.iter().filter_map(|&at| row.get(at)).collect();
    let wrapped =
        cells.iter().zip(widths).map(|(cell, &width)| wrap::fill(&cell.text, width, width));
    let wrapped: Vec<_> = wrapped.collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for line in 0..height {
        let mut printed = String::new();
        for ((cell, lines), &width) in cells.iter().zip(&wrapped).zip(widths) {
            let piece = lines.get(line).map_or("", String::as_str);
            let padding = width.saturating_sub(measure_text_width(piece)) + GAP;
            if !piece.is_empty() {
                printed.push_str(&paint(style(cell.tone), piece));
            }
            printed.push_str(&" ".repeat(padding));
        }
        text.push_str(printed.trim_end());
        text.push('\n');
    }
    text
}
